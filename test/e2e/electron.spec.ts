/** Starts the real Electron where its binary and a display are there: the window opens, and its page reaches the lab. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, expect, test } from "@playwright/test";
import { electronBinary, noDisplay } from "#main/hosts/launch/electron-binary.mjs";
import { buildParts, root } from "#main/hosts/launch/build.mjs";

// Never `import "electron"`: in Node the import itself downloads the binary.
const binary = electronBinary();
const missing = noDisplay() ?? (binary === null ? "Electron's binary is not installed (npx install-electron)" : null);

test.skip(missing !== null, `Electron cannot be started here: ${missing}.`);

test("the window shows the app, which reaches the lab through its port", async () => {
  await buildParts(["node", "renderer", "preload"]);
  const folder = mkdtempSync(join(tmpdir(), "driftlab-electron-"));
  const database = join(folder, "lab.db");
  const electron = await _electron.launch({
    executablePath: binary ?? "",
    args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), root, `--db=${database}`],
    env: { ...(process.env as Record<string, string>), DRIFTLAB_DATA: folder },
  });
  try {
    const page = await electron.firstWindow();
    expect(page.url()).toBe("app://driftlab/");
    await expect(page).toHaveTitle(/Driftlab/);
    expect(
      await page.evaluate(() => JSON.stringify([(window as { driftlab?: unknown }).driftlab, "require" in window, "process" in window])),
    ).toBe('[{"host":"electron"},false,false]');
    // The sample org comes from the lab's process: nothing but a working port can put it on the screen.
    await expect(page.locator(".react-flow__node").first()).toBeVisible();
    expect(existsSync(`${database}.lock`)).toBe(true);
  } finally {
    await electron.close();
    expect(existsSync(`${database}.lock`)).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  }
});
