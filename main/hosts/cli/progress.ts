/** Owns the progress line: redrawn in place on a terminal, silent elsewhere. */

export class ProgressLine {
  #out: Pick<NodeJS.WriteStream, "isTTY" | "write">;
  #nowMs: () => number;
  #cells: number;
  #what: string;
  #lastMs = 0;
  #drawn = false;
  #lastRetryMs = Number.NEGATIVE_INFINITY;
  #untold = 0;

  constructor(out: Pick<NodeJS.WriteStream, "isTTY" | "write">, cells: number, nowMs: () => number = Date.now, what = "cells") {
    this.#out = out;
    this.#nowMs = nowMs;
    this.#cells = cells;
    this.#what = what;
  }

  show(counts: { done: number; failed: number; stopped: number }): void {
    const nowMs = this.#nowMs();
    if (!this.#out.isTTY || nowMs - this.#lastMs < 100) return;
    this.#lastMs = nowMs;
    const parts = [`${counts.done} of ${this.#cells} ${this.#what}`];
    if (counts.failed > 0) parts.push(`${counts.failed} failed`);
    this.#draw(parts.join(" · "));
  }

  /** A retry, on a line of its own; at most one a second, with how many were left out since. */
  retry(text: string): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastRetryMs < 1_000) {
      this.#untold += 1;
      return;
    }
    this.end();
    this.#out.write(`${text}${this.#untold > 0 ? `, and ${this.#untold} more since the last line` : ""}\n`);
    this.#lastRetryMs = nowMs;
    this.#untold = 0;
  }

  end(): void {
    if (this.#drawn) this.#draw("");
    this.#drawn = false;
  }

  #draw(text: string): void {
    this.#out.write(`\r\u001b[2K${text}`);
    this.#drawn = text !== "";
  }
}
