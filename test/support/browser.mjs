/** Finds the Chromium that end-to-end tests run in: what DRIFTLAB_BROWSER names, else an installed one, else Playwright's own download. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export const HOW_TO_INSTALL = `The end-to-end tests need a Chrome or Chromium. Any of these helps:
  npx playwright install --with-deps chromium   downloads Playwright's own
  sudo apt-get install chromium                 Debian
  DRIFTLAB_BROWSER=/path/to/chrome npm test     uses the one named`;

/** Path of the browser. Throws with instructions when there is none, or when DRIFTLAB_BROWSER names none. */
export async function browserPath(env = process.env) {
  const named = env.DRIFTLAB_BROWSER;
  if (named) {
    const path = /[/\\]/.test(named) ? named : onPath(named, env);
    if (path === undefined || !existsSync(path)) throw new Error(`DRIFTLAB_BROWSER names ${named}, which is not there.\n${HOW_TO_INSTALL}`);
    return path;
  }
  const installed = [...NAMES.map((name) => onPath(name, env)), ...usualPlaces(env)];
  const found = installed.find((path) => path !== undefined && existsSync(path) && starts(path)) ?? (await playwrights());
  if (found === undefined) throw new Error(`No Chrome or Chromium was found.\n${HOW_TO_INSTALL}`);
  return found;
}

function onPath(name, env) {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  return (env.PATH ?? env.Path ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, file))
    .find((path) => existsSync(path));
}

function usualPlaces(env) {
  if (process.platform === "darwin") {
    const apps = ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"];
    return ["/Applications", join(env.HOME ?? "", "Applications")].flatMap((folder) => apps.map((app) => join(folder, app)));
  }
  if (process.platform === "win32") {
    const folders = [env.ProgramFiles, env["ProgramFiles(x86)"], env.LOCALAPPDATA].filter((folder) => folder !== undefined);
    const apps = [join("Google", "Chrome", "Application", "chrome.exe"), join("Chromium", "Application", "chrome.exe")];
    return folders.flatMap((folder) => apps.map((app) => join(folder, app)));
  }
  return ["/usr/bin/chromium", "/opt/google/chrome/chrome"];
}

/** Ubuntu's chromium-browser may be a stub that only names a snap, and a download may lack its libraries. Elsewhere asking opens a window. */
function starts(path) {
  return process.platform !== "linux" || spawnSync(path, ["--version"], { timeout: 20_000, stdio: "ignore" }).status === 0;
}

async function playwrights() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return existsSync(path) && starts(path) ? path : undefined;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.stdout.write(`${await browserPath()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
