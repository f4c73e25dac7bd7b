/** Owns building what is needed and nothing more: a build is skipped while no source is newer than the last one. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

const PARTS = {
  node: { config: "vite.node.config.ts", sources: ["main", "shared", "package.json", "vite.node.config.ts"], output: "dist/node/cli.js" },
  renderer: {
    config: "vite.renderer.config.ts",
    sources: ["renderer", "shared", "package.json", "vite.renderer.config.ts"],
    output: "dist/renderer/index.html",
  },
  preload: {
    config: "vite.preload.config.ts",
    sources: ["main/hosts/electron", "shared/ui", "vite.preload.config.ts"],
    output: "dist/preload/preload.cjs",
  },
};

/** Builds the named parts that are stale. Says one line on stderr when it has to. */
export async function buildParts(names) {
  if (!names.some((name) => isStale(PARTS[name]))) return;
  mkdirSync(join(root, "dist"), { recursive: true });
  const done = await takeTurn(join(root, "dist", ".building"));
  try {
    await buildStale(names);
  } finally {
    done();
  }
}

async function buildStale(names) {
  const stale = names.filter((name) => isStale(PARTS[name]));
  if (stale.length === 0) return;
  const { build } = await import("vite");
  process.stderr.write(`Building ${stale.join(", ")} …\n`);
  for (const name of stale) {
    const stamp = join(root, "dist", `.built-${name}`);
    const startedMs = Date.now();
    rmSync(stamp, { force: true });
    await build({
      root: name === "renderer" ? join(root, "renderer") : root,
      configFile: join(root, PARTS[name].config),
      logLevel: "error",
    });
    writeFileSync(stamp, "");
    // A source that was changed while this went on is newer than what was built from it.
    utimesSync(stamp, startedMs / 1_000, startedMs / 1_000);
  }
}

/** Two starts at once would write over each other's build: the second waits, and mostly finds nothing left to do. Returns how to end the turn. */
async function takeTurn(file) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (wasLeftBehind(file)) rmSync(file, { force: true });
    else await sleep(100);
  }
}

/** A build that was killed leaves its file, and no process of that number. */
function wasLeftBehind(file) {
  try {
    process.kill(Number(readFileSync(file, "utf8")) || process.pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function isStale({ config, sources, output }) {
  const name = Object.keys(PARTS).find((key) => PARTS[key].config === config);
  const stamp = join(root, "dist", `.built-${name}`);
  if (!existsSync(stamp) || !existsSync(join(root, output))) return true;
  const builtMs = statSync(stamp).mtimeMs;
  return sources.some((source) => existsSync(join(root, source)) && newestMs(join(root, source)) > builtMs);
}

function newestMs(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
