/** Owns what is looked at after each kill: what the file holds, what was asked, and whether a promise was broken. */
import { cellName } from "#shared/experiment/plan.ts";
import type { RunEvent } from "#shared/run/events.ts";
import { identityText } from "#shared/run/messages.ts";
import { apiParams } from "#main/models/call.ts";
import { MIGRATIONS } from "#main/store/migrations/list.ts";
import { Store } from "#main/store/store.ts";
import { keyOfBody } from "#test/support/fault-server.ts";

type CallStarted = Extract<RunEvent, { type: "call-started" }>;

/** How a request is called in the log of requests; the seed tells experiments apart. */
export type KeyOf = (seed: number, cell: string, event: CallStarted) => string;

/** As the simulated population is told: by who asks. */
export const byIdentity: KeyOf = (seed, cell, { agent, turn, call }) => `${seed} ${identityText({ cell, agent, turn, call, draw: 0 })}`;

/** As a server is told: by its words. */
export const byWords: KeyOf = (_seed, _cell, { request }) => keyOfBody(apiParams(request));

interface Call {
  key: string;
  /** The stored answer; null while there is none. */
  answer: string | null;
}

interface SeenRun {
  /** Each stored event as it stood, by its number. */
  events: string[];
  calls: Map<string, Call>;
  done: boolean;
}

/** Promises about one database file whose writer is killed again and again. Everything that is wrong is a sentence in `broken`. */
export class CrashWatch {
  readonly #broken = new Set<string>();
  /** Calls that were under way at a kill, by key: so often may each be asked for once more. */
  readonly openAtKill = new Map<string, number>();
  /** Types of the events that the kills came after, e.g. to know that they fell in many places. */
  readonly lastTypes = new Map<string, number>();
  resumed = 0;
  #runs = new Map<string, SeenRun>();
  /** The run of each cell. */
  #runOf = new Map<string, string>();
  #ended = new Set<string>();
  #asked = new Map<string, number>();
  #keyOf: KeyOf;

  #migrations: readonly string[];

  constructor(keyOf: KeyOf, migrations: readonly string[] = MIGRATIONS) {
    this.#keyOf = keyOf;
    this.#migrations = migrations;
  }

  get broken(): string[] {
    return [...this.#broken];
  }

  get requests(): number {
    return [...this.#asked.values()].reduce((sum, each) => sum + each, 0);
  }

  get callsEnded(): number {
    return this.#ended.size;
  }

  /** Takes the requests of one process, which has died since: none twice, and none of a call that had ended before. */
  asked(keys: readonly string[]): void {
    if (new Set(keys).size < keys.length) this.#broken.add("one process made the same call twice");
    for (const key of keys) {
      if (this.#ended.has(key)) this.#broken.add(`the call ${key} had ended and was made again`);
      this.#asked.set(key, (this.#asked.get(key) ?? 0) + 1);
    }
  }

  /** Looks at the file as a reader beside the writer would. @param killed whether the writer has just been killed */
  look(file: string, killed: boolean): void {
    const opened = Store.open({ file, readOnly: true, migrations: this.#migrations });
    if (!opened.ok) {
      // A kill before the first migration leaves a file without tables, in which nothing can have been.
      if (this.#runs.size > 0 || !killed) this.#broken.add(`the file does not open: ${JSON.stringify(opened.error)}`);
      return;
    }
    const { store } = opened;
    for (const { id, plan } of store.experiments.list())
      for (const cell of store.experiments.cells(id)) {
        if (cell.runId === null) continue;
        // What has long been done is looked at again when nothing is in a hurry.
        if (killed && cell.outcome === "done" && this.#runs.get(cell.runId)?.done) continue;
        const name = cellName(cell.armId, cell.taskId, cell.repeat);
        this.#sameRun(`${id} ${name}`, cell.runId);
        this.#lookAtRun(cell.runId, store, killed && cell.outcome === null, cell.outcome === "done", (event) =>
          this.#keyOf(plan.seed, name, event),
        );
      }
    store.close();
  }

  /** What can be said once everything has finished. */
  finish(): void {
    for (const [key, times] of this.#asked) {
      const most = 1 + (this.openAtKill.get(key) ?? 0);
      if (times > most) this.#broken.add(`the call ${key} was made ${times} times, and was under way at ${most - 1} kills`);
      if (!this.#ended.has(key)) this.#broken.add(`the call ${key} was made and has no answer in the file`);
    }
    for (const key of this.#ended) if (!this.#asked.has(key)) this.#broken.add(`the call ${key} ended and was never made`);
  }

  /** A cell goes on with its run, but for one that was killed before its first event. */
  #sameRun(cell: string, runId: string): void {
    const before = this.#runOf.get(cell);
    this.#runOf.set(cell, runId);
    if (before !== undefined && before !== runId && (this.#runs.get(before)?.events.length ?? 0) > 0)
      this.#broken.add(`${cell}: ${before} was not gone on with, ${runId} was begun`);
  }

  #lookAtRun(runId: string, store: Store, killed: boolean, done: boolean, keyOf: (event: CallStarted) => string): void {
    const before = this.#runs.get(runId) ?? { events: [], calls: new Map<string, Call>(), done: false };
    const log = store.runs.ownEvents(runId);
    if (log.some(({ seq }, index) => seq !== index)) this.#broken.add(`${runId}: the numbers of the events have a gap`);
    const events = log.map(({ event }) => JSON.stringify(event));
    if (before.events.some((text, index) => events[index] !== text))
      this.#broken.add(`${runId}: ${before.events.length} events were stored, and they are no longer the same`);
    const now: SeenRun = { events, calls: before.calls, done };
    this.#runs.set(runId, now);
    for (const { event } of log.slice(before.events.length)) this.#take(runId, now, event, keyOf);
    for (const what of handoffsTwice(log.map(({ event }) => event))) this.#broken.add(`${runId}: ${what}`);
    if (!killed) return;
    const last = log.at(-1)?.event.type ?? "nothing";
    this.lastTypes.set(last, (this.lastTypes.get(last) ?? 0) + 1);
    for (const { key, answer } of now.calls.values()) if (answer === null) this.openAtKill.set(key, (this.openAtKill.get(key) ?? 0) + 1);
  }

  #take(runId: string, run: SeenRun, event: RunEvent, keyOf: (event: CallStarted) => string): void {
    if (event.type === "run-resumed") this.resumed += 1;
    if (event.type === "call-started") run.calls.set(event.id, { key: keyOf(event), answer: null });
    if (event.type !== "call-ended") return;
    const call = run.calls.get(event.id);
    if (!call || call.answer !== null) {
      this.#broken.add(`${runId}: call ${event.id} ended ${call ? "twice" : "before it began"}`);
      return;
    }
    call.answer = JSON.stringify(event.answer);
    this.#ended.add(call.key);
  }
}

/** Messages that were sent or shown more than once. */
function handoffsTwice(events: readonly RunEvent[]): string[] {
  const seen = new Set<string>();
  const twice: string[] = [];
  const once = (what: string) => {
    if (seen.has(what)) twice.push(`${what} twice`);
    seen.add(what);
  };
  for (const event of events) {
    if (event.type === "message-sent" || event.type === "handoff-shown") once(`${event.type} ${event.id}`);
    if (event.type === "message-sent") once(`handoff of message ${event.messageId} over ${event.edgeId}`);
  }
  return twice;
}
