/** Owns to whom a compatible server's own key goes: the first origin that it is used with, and nobody else while the process lasts. */

export interface BoundKey {
  /** The key, or null where there is none for this address. Asking is using it. */
  serverKey(baseUrl: string): string | null;
  /** The origin that has the key, where it is another than that of this address; else null. */
  keyBelongsTo(baseUrl: string): string | null;
}

/** A key that nobody else gets, whatever address a person or a stored experiment names later. */
export function boundKey(key: string | null): BoundKey {
  let owner: string | null = null;
  return {
    serverKey(baseUrl) {
      if (key === null) return null;
      owner ??= originOf(baseUrl);
      return owner === originOf(baseUrl) ? key : null;
    },
    keyBelongsTo: (baseUrl) => (owner === null || owner === originOf(baseUrl) ? null : owner),
  };
}

function originOf(baseUrl: string): string {
  return URL.parse(baseUrl)?.origin ?? baseUrl;
}
