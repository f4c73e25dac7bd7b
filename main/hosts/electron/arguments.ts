/** Owns what Driftlab takes from Electron's command line, and the folder Chromium keeps its own things in. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { dataFolder } from "#main/hosts/data-folder.ts";

const DATABASE = "--db=";

/** The file that `--db=FILE` names, or null. Chromium's own switches stand beside it, so nothing else is looked at. */
export function databaseArgument(args: readonly string[]): string | null {
  const found = args.find((each) => each.startsWith(DATABASE))?.slice(DATABASE.length);
  return found === undefined || found === "" ? null : found;
}

/** One folder per database: Electron allows one instance a folder, and another database is another Driftlab. */
export function windowFolder(file: string | null): string {
  if (file === null) return join(dataFolder(), "window");
  return join(dataFolder(), `window-${createHash("sha256").update(file).digest("hex").slice(0, 12)}`);
}
