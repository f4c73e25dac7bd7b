/** Owns the renderer's view of the lab: the line that is open now, calls that wait for one, subscriptions that survive a lost line. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { LabClient, Line, Transport } from "#renderer/lab/transport.ts";

const LOST = Symbol("the line was lost");

export type LineState = "connecting" | "open" | "lost";

/** A failure that a person is told about: the lab's own sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : "Something went wrong; try again.";
}

export class LabLink {
  readonly state: StoreApi<{ line: LineState }> = createStore(() => ({ line: "connecting" as LineState }));
  #line: Line | null = null;
  #waiting: ((line: Line) => void)[] = [];
  #lostListeners = new Set<() => void>();
  #end: () => void;

  constructor(transport: Transport) {
    this.#end = transport.start(
      (line) => {
        this.#line = line;
        this.state.setState({ line: "open" });
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const resolve of waiting) resolve(line);
      },
      () => {
        this.#line = null;
        this.state.setState({ line: "lost" });
        for (const listener of this.#lostListeners) listener();
      },
    );
  }

  /** A line, as soon as one is open. */
  #openLine(): Promise<Line> {
    if (this.#line) return Promise.resolve(this.#line);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** One call on the line that is open. Rejects where the line is lost before an answer. */
  async call<T>(use: (client: LabClient) => Promise<T>): Promise<T> {
    let line = await this.#openLine();
    // One that was lost and replaced meanwhile would never answer, and its loss is over.
    while (line !== this.#line) line = await this.#openLine();
    const { client } = line;
    return await new Promise<T>((resolve, reject) => {
      const lost = () => reject(new Error("The connection to Driftlab was lost; it is being tried again."));
      this.#lostListeners.add(lost);
      use(client)
        .then(resolve, reject)
        .finally(() => this.#lostListeners.delete(lost));
    });
  }

  /** Follows a stream of events; after a lost line it is opened again. Ends when `signal` aborts or the lab says it is gone. */
  async follow<T>(
    signal: AbortSignal,
    open: (client: LabClient, signal: AbortSignal) => Promise<AsyncIterable<T>>,
    onEvent: (event: T) => void,
    onGone?: (error: unknown) => void,
  ): Promise<void> {
    while (!signal.aborted) {
      const line = await this.#openLine();
      // One that was lost and replaced meanwhile would never say anything, and its loss is over.
      if (line !== this.#line) continue;
      const lost = this.#whenLost();
      try {
        const events = (await open(line.client, signal))[Symbol.asyncIterator]();
        for (;;) {
          const next = await Promise.race([events.next(), lost.promise]);
          if (signal.aborted || (next !== LOST && next.done)) return;
          if (next === LOST) break;
          onEvent(next.value);
        }
      } catch (error) {
        if (signal.aborted) return;
        if ((error as { code?: string }).code === "NOT_FOUND") {
          onGone?.(error);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      } finally {
        lost.forget();
      }
    }
  }

  /** Resolves when the line that is open now is lost. The stream on it is left alone: there is nobody to tell that it is not wanted. */
  #whenLost(): { promise: Promise<typeof LOST>; forget(): void } {
    let listener = () => {};
    const promise = new Promise<typeof LOST>((resolve) => {
      listener = () => resolve(LOST);
    });
    this.#lostListeners.add(listener);
    return { promise, forget: () => this.#lostListeners.delete(listener) };
  }

  close(): void {
    this.#end();
    this.#line?.close();
  }
}
