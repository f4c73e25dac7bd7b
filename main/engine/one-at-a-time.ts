/** Owns letting answers in one at a time: what one brings about is over before the next comes, as it will be when the record is played. */
import type { ModelRequest } from "#shared/run/messages.ts";
import type { AtRest, CallOptions, CallResult, ModelPort } from "#main/engine/ports.ts";

/** Of calls that end in the same moment (when a limit calls them all off) each has its own place among the events. */
export class OneAtATime implements ModelPort {
  #model: ModelPort;
  #atRest: AtRest;
  #ready: (() => void)[] = [];
  #scheduled = false;

  constructor(model: ModelPort, atRest: AtRest) {
    this.#model = model;
    this.#atRest = atRest;
  }

  call(request: ModelRequest, options: CallOptions): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      this.#model.call(request, options).then(
        (result) => this.#enter(() => resolve(result)),
        (error: unknown) => this.#enter(() => reject(error)),
      );
    });
  }

  #enter(settle: () => void): void {
    this.#ready.push(settle);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#atRest(() => {
      this.#scheduled = false;
      this.#ready.shift()?.();
      if (this.#ready.length > 0) this.#schedule();
    });
  }
}
