/** Owns what a command writes out: files that are whole or not there, and a terminal or pipe that takes no more. */
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BadInput, EXIT } from "#main/hosts/cli/exit.ts";

/**
 * Writes a file, and the folders above it. Where it cannot be written whole, what stood there before stays as it was.
 *
 * @param advice a sentence of what to know or to do where it cannot be written
 */
export function writeOut(file: string, text: string, advice = ""): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // A pipe or a device has no content that could be lost, and nothing may take its place.
    if (existsSync(file) && !statSync(file).isFile()) writeFileSync(file, text);
    else replace(existsSync(file) ? realpathSync(file) : file, text);
  } catch (error) {
    throw new BadInput(`${file} cannot be written: ${(error as Error).message}. ${advice}`.trimEnd());
  }
}

function replace(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text, existsSync(file) ? { mode: statSync(file).mode } : {});
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

let watched = false;

/** Ends the command in one sentence where its output takes no more, e.g. on a full disk; without one where its reader has gone. */
export function watchOutput(): void {
  if (watched) return;
  watched = true;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE")
      process.stderr.write(`The output cannot be written: ${error.message}. Make room, or send it elsewhere; the database is as it was.\n`);
    process.exit(EXIT.failed);
  });
}
