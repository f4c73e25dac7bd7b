/** Owns the live picture of a running experiment: who is working, what has just travelled, what is being waited for. */
import type { RunEvent } from "#shared/run/events.ts";

export class LivePicture {
  #busy = new Map<string, Map<string, number>>();
  #edges = new Map<string, Map<string, number>>();
  #cells = new Set<string>();
  retries = 0;
  outputTokens = 0;
  lastRetry: string | null = null;

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

  event(armId: string, event: RunEvent): void {
    if (event.type === "turn-started") this.#add(this.#busy, armId, event.agent, 1);
    // A turn whose call was called off still ends by itself; any other failure is its end.
    const failed = event.type === "call-failed" && event.failure.code !== "aborted";
    if (failed || event.type === "turn-ended") this.#add(this.#busy, armId, event.agent, -1);
    if (event.type === "message-sent") this.#add(this.#edges, armId, event.edgeId, 1);
    if (event.type === "call-ended") this.outputTokens += event.answer.usage.outputTokens;
    if (event.type === "call-retried") {
      this.retries += 1;
      this.lastRetry = event.reason;
    }
  }

  /** Turns under way per agent, and handoffs sent so far per edge, of one arm. */
  arm(armId: string): { busy: Record<string, number>; sent: Record<string, number> } {
    return { busy: Object.fromEntries(this.#busy.get(armId) ?? []), sent: Object.fromEntries(this.#edges.get(armId) ?? []) };
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
