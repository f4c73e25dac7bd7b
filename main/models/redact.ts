/** Owns taking keys out of texts that are stored and shown: a server may echo the key it was sent. */

const HIDDEN = "[key]";
/** What looks like a key although it is not the one in use: another project's, or one that a proxy added. */
const LOOKS_LIKE_A_KEY = /\bsk-[\w-]{6,}/g;
const BEARER = /\bBearer\s+\S+/gi;

/** The text with the key in use, and all that looks like one, replaced. */
export function withoutKeys(text: string, apiKey: string | null): string {
  // The key first: what only looks like one may be a part of it.
  const own = apiKey === null || apiKey === "" ? text : formsOf(apiKey).reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
  return own.replace(BEARER, `Bearer ${HIDDEN}`).replace(LOOKS_LIKE_A_KEY, HIDDEN);
}

/** A key as it is, and as it stands in JSON and in an address; the longest first. */
function formsOf(key: string): string[] {
  const forms = new Set([key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key)]);
  return [...forms].toSorted((a, b) => b.length - a.length);
}
