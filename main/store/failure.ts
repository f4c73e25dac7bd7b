/** Owns what a person reads when the store cannot write: the disk is full, or the file has gone bad under it. */

/** A sentence for an error that the database threw while it was written to; null for any other error. */
export function storeFailureSentence(error: unknown, file: string): string | null {
  const code = codeOf(error);
  if (code === null) return null;
  const kept = "everything that was stored before is kept";
  if (isDiskFull(error))
    return `The disk is full: nothing more can be written to the database ${file}. Make room, then start again to go on; ${kept}.`;
  if (code.startsWith("SQLITE_IOERR"))
    return `The database ${file} cannot be written (${code}: ${(error as Error).message}). Check the disk, then start again to go on; ${kept}.`;
  if (code.startsWith("SQLITE_READONLY"))
    return `The database ${file} cannot be written, since it is read-only now. Check its permissions, then start again to go on; ${kept}.`;
  return null;
}

/** Whether an error of the database or of a file says that there is no room left. */
export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === "SQLITE_FULL" || code === "ENOSPC";
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : null;
}
