/** Owns the browser host as a program: starts, says its address, ends cleanly on Ctrl+C and SIGTERM. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepLastHost, readLastHost } from "#main/hosts/browser/last-host.ts";
import { openInBrowser } from "#main/hosts/browser/open-browser.ts";
import { type BrowserHost, type BrowserHostOptions, newToken, startBrowserHost } from "#main/hosts/browser/server.ts";
import { dataFolder } from "#main/hosts/data-folder.ts";
import { openLab } from "#main/hosts/open-lab.ts";

export interface ServeOptions {
  /** Without one the last one is taken again, or a free one where that is not free. */
  port?: number;
  file?: string;
  /** Environment variable with a compatible server's own key. */
  keyEnv?: string;
  openBrowser: boolean;
}

/** Serves until told to end; returns the exit code. */
export async function serve({ port, file, keyEnv, openBrowser }: ServeOptions): Promise<number> {
  // From the very beginning: who reads the address may be gone again at once. Kept to the end: npm passes a Ctrl+C on that
  // the terminal has sent already, and the second must not cut the closing short.
  const told = new Promise<void>((resolve) => {
    process.on("SIGINT", resolve);
    process.on("SIGTERM", resolve);
  });
  const opened = openLab({
    host: "browser",
    ...(file === undefined ? {} : { file }),
    ...(keyEnv === undefined ? {} : { keyEnv }),
  });
  if (!opened.ok) {
    process.stderr.write(`${opened.message}\n`);
    return 2;
  }
  const { lab } = opened;
  const folder = join(dirname(fileURLToPath(import.meta.url)), import.meta.url.includes("/chunks/") ? "../../renderer" : "../renderer");
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  let host: BrowserHost;
  try {
    host = await startWhereItWas({ lab, folder, log }, port);
  } catch (error) {
    await lab.close();
    const code = (error as { code?: string }).code;
    process.stderr.write(
      code === "EADDRINUSE"
        ? `Port ${port} is taken; name another with --port, or leave it out for a free one.\n`
        : `The server did not start: ${(error as Error).message}\n`,
    );
    return 2;
  }
  if (lab.options.readOnlyReason) log(lab.options.readOnlyReason);
  process.stdout.write(`Driftlab is at ${host.url}\n`);
  if (openBrowser) openInBrowser(host.url);
  await told;
  await host.close();
  await lab.close();
  return 0;
}

/** Starts with the token and, unless another is asked for, at the port of the last start. */
async function startWhereItWas(options: Omit<BrowserHostOptions, "port" | "token">, asked: number | undefined): Promise<BrowserHost> {
  const last = readLastHost(dataFolder());
  const token = last?.token ?? newToken();
  const start = (port: number) => startBrowserHost({ ...options, port, token });
  if (asked === undefined && last !== null) {
    try {
      return await start(last.port);
    } catch {
      // Taken, mostly by another Driftlab, whose place in the file it is; a free one does as well.
      return start(0);
    }
  }
  const host = await start(asked ?? 0);
  keepLastHost(dataFolder(), { port: host.port, token });
  return host;
}
