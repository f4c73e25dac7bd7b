/** Owns opening the default browser, if there is one; without one nothing happens. */
import { spawn } from "node:child_process";

export function openInBrowser(url: string): void {
  if (process.env.DRIFTLAB_NO_BROWSER || process.env.CI) return;
  const [command, args] = commandFor(url);
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  // No such command: the address stands in the terminal.
  child.on("error", () => undefined);
  child.unref();
}

function commandFor(url: string): [string, string[]] {
  if (process.platform === "darwin") return ["open", [url]];
  if (process.platform === "win32") return ["cmd", ["/c", "start", "", url.replaceAll("&", "^&")]];
  return ["xdg-open", [url]];
}
