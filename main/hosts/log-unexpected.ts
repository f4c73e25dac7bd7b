/** Owns telling bugs from expected failures at the edge of the lab: only bugs are logged. */

/** Passes a bug's stack to `log`; failures with a code and cancelled calls are no bugs. */
export function logUnexpected(log: (line: string) => void): (error: unknown) => void {
  return (error) => {
    const known = error as { defined?: boolean; code?: string; name?: string };
    if (known.defined || known.code !== undefined || known.name === "AbortError") return;
    log(`Unexpected: ${error instanceof Error ? error.stack : String(error)}`);
  };
}
