/** Owns finding Electron's binary, and trying for a moment to fetch it. Never imports `electron`: in Node that import is the download. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";

const FETCH_WITHIN_MS = 5_000;
const folder = join(root, "node_modules", "electron");

/** Path of the binary, or null. Looks where the npm package itself would look. */
export function electronBinary(env = process.env) {
  const pathFile = join(folder, "path.txt");
  const name = existsSync(pathFile) ? readFileSync(pathFile, "utf8").trim() : null;
  if (env.ELECTRON_OVERRIDE_DIST_PATH) return whereThere(join(env.ELECTRON_OVERRIDE_DIST_PATH, name ?? "electron"));
  return name === null ? null : whereThere(join(folder, "dist", name));
}

/** Why a window cannot be shown here, or null. Only Linux can lack a display and still run this. */
export function noDisplay(env = process.env, platform = process.platform) {
  return platform === "linux" && !env.DISPLAY && !env.WAYLAND_DISPLAY ? "there is no display" : null;
}

/**
 * Lets the package fetch its binary, for 5 seconds at most; resolves to null when that worked, else to the reason it did not.
 * An aborted `signal` ends the attempt at once.
 */
export function fetchElectron(signal) {
  const script = join(folder, "install.js");
  if (!existsSync(script)) return Promise.resolve("its package is not installed");
  const posix = process.platform !== "win32";
  // A process group of its own, so that whatever it has started ends with it.
  const child = spawn(process.execPath, [script], { cwd: root, stdio: "ignore", detached: posix });
  return new Promise((resolve) => {
    const stop = (reason) => {
      if (child.pid !== undefined) endGroup(child.pid, posix);
      finish(reason);
    };
    const tooLong = setTimeout(
      () => stop("its binary could not be downloaded within 5 seconds; npx install-electron takes its time"),
      FETCH_WITHIN_MS,
    );
    const onAbort = () => stop("it was stopped");
    const finish = (reason) => {
      clearTimeout(tooLong);
      signal.removeEventListener("abort", onAbort);
      resolve(reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    child.once("error", () => finish("its binary could not be downloaded"));
    child.once("exit", (code) => finish(code === 0 ? null : "its binary could not be downloaded"));
  });
}

/** Ends a process and all it has started, at once. */
function endGroup(pid, posix) {
  try {
    if (posix) process.kill(-pid, "SIGKILL");
    else spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
  } catch {
    // All of it has ended already.
  }
}

function whereThere(path) {
  return existsSync(path) ? path : null;
}
