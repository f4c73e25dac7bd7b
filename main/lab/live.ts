/** Owns the live picture of a running experiment: who is working, what has just travelled, what is being waited for. */
import type { RunEvent } from "#shared/run/events.ts";
import { sumOrNull } from "#shared/run/messages.ts";
import type { Budget } from "#main/lab/budget.ts";

/** Characters of an answer that are kept while it is written. */
const MOST_WORDS = 400;
/** Agents of an arm whose words are shown at once. */
const MOST_WRITERS = 6;

export class LivePicture {
  #busy = new Map<string, Map<string, number>>();
  #edges = new Map<string, Map<string, number>>();
  #cells = new Set<string>();
  /** What is being written now, by arm and call: the end of it. */
  #words = new Map<string, Map<string, { agent: string; text: string }>>();
  retries = 0;
  /** Null where one call's are not known. */
  outputTokens: number | null = 0;
  lastRetry: string | null = null;
  /** What counts against the caps; null before the first cell. */
  budget: Budget | null = null;

  cellStarted(armId: string, taskId: string, repeat: number): void {
    this.#cells.add(`${armId}/${taskId}/${repeat}`);
  }

  cellEnded(armId: string, taskId: string, repeat: number): void {
    this.#cells.delete(`${armId}/${taskId}/${repeat}`);
    if (this.#cells.size === 0) this.#busy.clear();
  }

  isRunning(armId: string, taskId: string, repeat: number): boolean {
    return this.#cells.has(`${armId}/${taskId}/${repeat}`);
  }

  /** Adds words to those of a call that is being answered. */
  words(armId: string, call: string, agent: string, words: string): void {
    let calls = this.#words.get(armId);
    if (!calls) {
      calls = new Map();
      this.#words.set(armId, calls);
    }
    calls.set(call, { agent, text: endOf((calls.get(call)?.text ?? "") + words) });
  }

  event(armId: string, event: RunEvent, cell: string): void {
    if (event.type === "call-retried" || event.type === "call-ended" || event.type === "call-failed")
      this.#words.get(armId)?.delete(`${cell} ${event.id}`);
    if (event.type === "turn-started") this.#add(this.#busy, armId, event.agent, 1);
    // A turn that ends at one of the run's limits still ends by itself; any other failure is its end.
    const failed = event.type === "call-failed" && event.failure.code !== "limit";
    if (failed || event.type === "turn-ended") this.#add(this.#busy, armId, event.agent, -1);
    if (event.type === "message-sent") this.#add(this.#edges, armId, event.edgeId, 1);
    if (event.type === "call-ended") this.outputTokens = sumOrNull(this.outputTokens, event.answer.usage.outputTokens);
    if (event.type === "call-retried") {
      this.retries += 1;
      this.lastRetry = event.reason;
    }
  }

  /** Turns under way per agent, handoffs sent so far per edge, and the words being written now, of one arm. */
  arm(armId: string): { busy: Record<string, number>; sent: Record<string, number>; words: { agent: string; text: string }[] } {
    const words = [...(this.#words.get(armId)?.values() ?? [])].slice(-MOST_WRITERS);
    return {
      words,
      busy: Object.fromEntries(this.#busy.get(armId) ?? []),
      sent: Object.fromEntries(this.#edges.get(armId) ?? []),
    };
  }

  #add(map: Map<string, Map<string, number>>, armId: string, id: string, by: number): void {
    let counts = map.get(armId);
    if (!counts) {
      counts = new Map();
      map.set(armId, counts);
    }
    counts.set(id, Math.max(0, (counts.get(id) ?? 0) + by));
  }
}

/** The end of a text that has grown too long; it begins with a whole word, where there is a gap to begin behind. */
function endOf(text: string): string {
  if (text.length <= MOST_WORDS) return text;
  const end = text.slice(-MOST_WORDS);
  // Cut exactly at a gap, its first word is whole already.
  if (/\s/.test(text.charAt(text.length - MOST_WORDS - 1))) return end;
  return end.replace(/^\S*\s+/, "");
}
