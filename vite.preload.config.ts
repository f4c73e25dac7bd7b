/** Builds the preload script: one CommonJS file, because a sandboxed preload can load no other kind. */
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    ssr: true,
    outDir: "dist/preload",
    emptyOutDir: true,
    target: "chrome140",
    minify: false,
    rollupOptions: {
      input: { preload: "main/hosts/electron/preload.ts" },
      external: ["electron"],
      output: { format: "cjs", entryFileNames: "preload.cjs" },
    },
  },
});
