/** Owns when the rest of an experiment is not begun: one cell after another fails for a reason that the next one would meet too. */
import type { CallFailure } from "#shared/run/messages.ts";

/** Reasons that lie with the connection and not with a cell. */
const OF_THE_CONNECTION: ReadonlySet<CallFailure["code"]> = new Set(["auth", "no-key", "network", "unknown-model"]);

/** So many in a row: one alone may be a server that was just restarted. */
const IN_A_ROW = 3;

export class GiveUp {
  #alike: CallFailure[] = [];

  /** Hears how a cell ended; the sentence why nothing more is to be begun, or null. */
  after({ failure, outcome }: { failure: CallFailure | null; outcome: string }): string | null {
    if (outcome === "done" || (failure !== null && failure.code !== this.#alike[0]?.code)) this.#alike = [];
    if (failure === null || !OF_THE_CONNECTION.has(failure.code)) return null;
    this.#alike.push(failure);
    if (this.#alike.length < IN_A_ROW) return null;
    return `${IN_A_ROW} cells in a row failed with ${failure.code}: ${failure.message}. The rest was not begun; once that is mended, go on.`;
  }
}
