/** Owns the address of the app's own pages and which links may leave for the browser. */

export const APP_SCHEME = "app";
export const APP_HOST = "driftlab";
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;

/** Whether this is one of the app's own pages. Compared by parts: `origin` is "null" for schemes that Node does not know. */
export function isAppUrl(text: string): boolean {
  const url = parse(text);
  return url !== null && url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === "" && url.password === "";
}

/** Whether the person's browser may be sent there: https only, and no name or password hidden in the address. */
export function mayOpenOutside(text: string): boolean {
  const url = parse(text);
  return url !== null && url.protocol === "https:" && url.username === "" && url.password === "";
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
