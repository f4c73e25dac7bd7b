/** Builds what runs in Node: the command line, the browser host, the Electron main process and the lab's own process. */
import { defineConfig } from "vite";

export default defineConfig({
  ssr: { target: "node" },
  build: {
    ssr: true,
    outDir: "dist/node",
    target: "node22",
    sourcemap: true,
    minify: false,
    rollupOptions: {
      input: {
        cli: "main/hosts/cli/main.ts",
        "browser-host": "main/hosts/browser/main.ts",
        "electron-main": "main/hosts/electron/main.ts",
        "lab-process": "main/hosts/electron/lab-entry.ts",
      },
      // Part of Electron itself; the npm package of that name only fetches it.
      external: ["electron"],
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});
