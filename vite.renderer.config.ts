/** Builds the interface, for Electron and the browser alike: relative paths, nothing from outside. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("renderer", import.meta.url)),
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../dist/renderer",
    emptyOutDir: true,
    target: "chrome120",
    chunkSizeWarningLimit: 2_000,
    assetsInlineLimit: 0,
    license: { fileName: "licenses.md" },
  },
});
