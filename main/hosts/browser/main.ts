/** Owns the browser host as a program: starts, says its address, ends cleanly on Ctrl+C and SIGTERM. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openInBrowser } from "#main/hosts/browser/open-browser.ts";
import { startBrowserHost } from "#main/hosts/browser/server.ts";
import { openLab } from "#main/hosts/open-lab.ts";

export interface ServeOptions {
  port?: number;
  file?: string;
  openBrowser: boolean;
}

/** Serves until told to end; returns the exit code. */
export async function serve({ port = 0, file, openBrowser }: ServeOptions): Promise<number> {
  const opened = openLab({ host: "browser", ...(file === undefined ? {} : { file }) });
  if (!opened.ok) {
    process.stderr.write(`${opened.message}\n`);
    return 2;
  }
  const { lab } = opened;
  const folder = join(dirname(fileURLToPath(import.meta.url)), import.meta.url.includes("/chunks/") ? "../../renderer" : "../renderer");
  let host: Awaited<ReturnType<typeof startBrowserHost>>;
  try {
    host = await startBrowserHost({ lab, folder, port, log: (line) => process.stderr.write(`${line}\n`) });
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
  process.stdout.write(`Driftlab is at ${host.url}\n`);
  if (openBrowser) openInBrowser(host.url);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await host.close();
  await lab.close();
  return 0;
}
