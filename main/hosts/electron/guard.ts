/** Owns what no page may do: leave the app, open windows, embed others, ask for the machine's devices. */
import { app, type Session, shell, type WebContents } from "electron";
import { isAppUrl, mayOpenOutside } from "#main/hosts/electron/app-address.ts";

/** Applies to every page there will ever be; call it before the first window. */
export function guardPages(log: (line: string) => void): void {
  app.on("web-contents-created", (_event, contents) => guard(contents, log));
}

/** Driftlab needs no camera, place, notification or device, so none is ever granted. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

function guard(contents: WebContents, log: (line: string) => void): void {
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.on("will-frame-navigate", (event) => {
    // The page may load itself again; whatever else it wants to show belongs in the browser.
    if (event.isMainFrame && isAppUrl(event.url)) return;
    event.preventDefault();
    if (event.isMainFrame) openOutside(event.url, log);
  });
  contents.on("will-redirect", (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url, log);
    return { action: "deny" };
  });
}

function openOutside(url: string, log: (line: string) => void): void {
  if (!mayOpenOutside(url)) return log(`A page wanted to open ${url.slice(0, 200)}; only https links leave the app.`);
  shell
    .openExternal(url)
    .catch((error: unknown) => log(`The link could not be opened: ${error instanceof Error ? error.message : String(error)}`));
}
