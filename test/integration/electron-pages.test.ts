/** What a page is given and what it may not do, with the real main entry; these tests only look, so each group shares one app. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { contentsOf, sharedApp } from "#test/support/electron-app.ts";
import { preventable } from "#test/support/electron-standin.ts";

describe("the window", () => {
  const shared = sharedApp();

  it("is closed to everything but its own page, and shows when it is ready", async () => {
    const { windows, record } = shared.electron;
    await vi.waitFor(() => expect(windows[0]?.calls).toEqual(["show"]));
    expect(windows[0]?.options).toMatchObject({
      title: "Driftlab",
      show: false,
      minWidth: 960,
      minHeight: 640,
      webPreferences: {
        preload: join(shared.folder, "dist", "preload", "preload.cjs"),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
      },
    });
    expect(windows[0]?.webContents.mainFrame.url).toBe("app://driftlab/");
    expect(record.sandboxed).toBe(true);
    expect(record.schemes).toEqual([
      { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    expect(record.menu?.map(({ label, role }) => label ?? role)).toEqual(expect.arrayContaining(["File", "Edit", "View", "windowMenu"]));
  });

  it("keeps what Chromium stores apart per database", async () => {
    const own = shared.electron.record.paths.get("userData");
    expect(own?.startsWith(join(shared.folder, "data", "window-"))).toBe(true);
  });
});

describe("what a page may not do", () => {
  const shared = sharedApp();
  beforeEach(() => {
    shared.electron.record.opened.length = 0;
  });

  it("leave the app: https links open in the browser, everything else nowhere", async () => {
    const { electron } = shared;
    const contents = contentsOf(electron);
    const navigate = (url: string, isMainFrame = true) => {
      const event = preventable({ url, isMainFrame });
      contents.emit("will-frame-navigate", event);
      return event.defaultPrevented;
    };
    expect(navigate("app://driftlab/")).toBe(false);
    expect(navigate("app://driftlab/", false)).toBe(true);
    expect(electron.record.opened).toEqual([]);
    for (const url of [
      "file:///etc/passwd",
      "http://example.org/",
      "javascript:alert(1)",
      "app://elsewhere/",
      "https://driftlab@example.org/",
      "app:driftlab",
    ])
      expect([url, navigate(url)]).toEqual([url, true]);
    expect(navigate("https://example.org/frame", false)).toBe(true);
    expect(electron.record.opened).toEqual([]);
    expect(navigate("https://example.org/a")).toBe(true);
    expect(electron.record.opened).toEqual(["https://example.org/a"]);
    const redirect = preventable({ url: "https://example.org/" });
    contents.emit("will-redirect", redirect);
    expect(redirect.defaultPrevented).toBe(true);
  });

  it("open windows or embed other pages", async () => {
    const { electron } = shared;
    const contents = contentsOf(electron);
    expect(contents.windowOpen?.({ url: "https://example.org/b" })).toEqual({ action: "deny" });
    expect(contents.windowOpen?.({ url: "smb://example.org/share" })).toEqual({ action: "deny" });
    expect(electron.record.opened).toEqual(["https://example.org/b"]);
    const webview = preventable({});
    contents.emit("will-attach-webview", webview);
    expect(webview.defaultPrevented).toBe(true);
  });

  it("have any permission", async () => {
    const { record } = shared.electron;
    await vi.waitFor(() => expect(Object.keys(record.permissions)).toHaveLength(3));
    const decided: unknown[] = [];
    record.permissions.request?.({}, "media", (granted: unknown) => decided.push(granted));
    expect([...decided, record.permissions.check?.(), record.permissions.device?.()]).toEqual([false, false, false]);
  });
});

describe("app://driftlab/", () => {
  const shared = sharedApp((folder) => {
    const renderer = join(folder, "dist", "renderer");
    mkdirSync(join(renderer, "assets"), { recursive: true });
    writeFileSync(join(renderer, "index.html"), "<title>Driftlab</title>");
    writeFileSync(join(renderer, "assets", "a.js"), "1");
    writeFileSync(join(folder, "dist", "secret.txt"), "secret");
  });

  async function fetched(url: string, init?: RequestInit): Promise<Response> {
    return vi.waitFor(async () => {
      const handle = shared.electron.record.handlers.get("app");
      if (!handle) throw new Error("not served yet");
      return handle(new Request(url, init));
    });
  }

  it("serves the renderer with a content security policy", async () => {
    for (const url of ["app://driftlab/", "app://driftlab/index.html", "app://driftlab/drift"]) {
      const response = await fetched(url);
      expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
        200,
        "text/html; charset=utf-8",
        "<title>Driftlab</title>",
      ]);
      expect(response.headers.get("content-security-policy")).toMatch(/default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/);
      expect(response.headers.get("content-security-policy")).not.toContain("ws:");
    }
    expect((await fetched("app://driftlab/assets/a.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await fetched("app://driftlab/assets/gone.js")).status).toBe(404);
  });

  it("refuses paths that lead out of it", async () => {
    for (const path of ["..%2fsecret.txt", "assets/..%2f..%2fsecret.txt", "..%5csecret.txt", "%2e%2e%2fsecret.txt", "a%00.js", "%zz"]) {
      const response = await fetched(`app://driftlab/${path}`);
      expect([path, response.status, await response.text()]).toEqual([path, 403, "That path leads out of the app.\n"]);
    }
  });

  it("refuses other hosts and writing", async () => {
    expect((await fetched("app://elsewhere/")).status).toBe(404);
    expect((await fetched("app://driftlab/", { method: "POST" })).status).toBe(405);
  });
});
