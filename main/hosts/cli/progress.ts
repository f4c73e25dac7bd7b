/** Owns the progress line: redrawn in place on a terminal, silent elsewhere. */

export class ProgressLine {
  #out: NodeJS.WriteStream;
  #cells: number;
  #lastMs = 0;
  #drawn = false;

  constructor(out: NodeJS.WriteStream, cells: number) {
    this.#out = out;
    this.#cells = cells;
  }

  show(counts: { done: number; failed: number; stopped: number }): void {
    const nowMs = Date.now();
    if (!this.#out.isTTY || nowMs - this.#lastMs < 100) return;
    this.#lastMs = nowMs;
    const parts = [`${counts.done} of ${this.#cells} cells`];
    if (counts.failed > 0) parts.push(`${counts.failed} failed`);
    this.#draw(parts.join(" · "));
  }

  /** A line of its own, e.g. a retry. */
  note(text: string): void {
    this.end();
    this.#out.write(`${text}\n`);
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
