/** Owns what Driftlab takes from Electron's command line, and the folder Chromium keeps its own things in. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { dataFolder } from "#main/hosts/data-folder.ts";

const DATABASE = "--db=";
const KEY_ENV = "--key-env=";

/** The file that `--db=FILE` names, or null. Chromium's own switches stand beside it, so nothing else is looked at. */
export function databaseArgument(args: readonly string[]): string | null {
  return valueOf(args, DATABASE);
}

/** The environment variable that `--key-env=NAME` names, or null: only the name travels, each process reads its own environment. */
export function keyEnvArgument(args: readonly string[]): string | null {
  return valueOf(args, KEY_ENV);
}

/** What the lab's process is told of this. */
export function labArguments(args: readonly string[]): string[] {
  const [file, keyEnv] = [databaseArgument(args), keyEnvArgument(args)];
  return [...(file === null ? [] : [DATABASE + file]), ...(keyEnv === null ? [] : [KEY_ENV + keyEnv])];
}

function valueOf(args: readonly string[], flag: string): string | null {
  const found = args.find((each) => each.startsWith(flag))?.slice(flag.length);
  return found === undefined || found === "" ? null : found;
}

/** One folder per database: Electron allows one instance a folder, and another database is another Driftlab. */
export function windowFolder(file: string | null): string {
  if (file === null) return join(dataFolder(), "window");
  return join(dataFolder(), `window-${createHash("sha256").update(file).digest("hex").slice(0, 12)}`);
}
