/** Owns making one file of the process that is killed, so that it starts fast. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(import.meta.url);

/** Builds into a folder; returns the file to start with Node. */
export async function buildCrashChild(folder: string): Promise<string> {
  const sqlite = require.resolve("better-sqlite3");
  await build({
    root,
    configFile: false,
    logLevel: "error",
    ssr: { target: "node", noExternal: true },
    // A native module stays where it is; what is built lies elsewhere, so it is named by its whole path.
    resolve: { alias: { "better-sqlite3": sqlite } },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: "node22",
      minify: false,
      rollupOptions: {
        input: { child: join(root, "test", "support", "crash-child.ts") },
        external: [sqlite],
        output: { entryFileNames: "child.mjs", codeSplitting: false },
      },
    },
  });
  return join(folder, "child.mjs");
}
