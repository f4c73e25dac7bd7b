/** Owns the schedule `eager`: an agent acts as soon as it has mail and is free, so many at a time; effects apply when its turn ends. */
import type { EndReason } from "#shared/run/events.ts";
import type { RunResult } from "#main/engine/run.ts";
import { hardLimitOf, isRefusal, type OrgRun, type TurnPlan } from "#main/engine/org-run.ts";
import type { RunningAgent } from "#main/engine/agent.ts";
import type { Delivery, Mail } from "#main/engine/mailbox.ts";
import type { TurnEnd } from "#main/engine/turn.ts";

export async function playEager(run: OrgRun): Promise<RunResult> {
  return new EagerPlay(run).play();
}

/** A round is here a hop from the brief: a turn's round is one more than the furthest message it answers. */
class EagerPlay {
  #run: OrgRun;
  #busy = new Set<string>();
  #waitingEntries: TurnPlan[];
  #round = 1;
  /** Why nothing more is started. */
  #closing: { reason: EndReason; refused: boolean } | null = null;
  #failed: Extract<TurnEnd, { end: "failed" }> | null = null;
  #thrown: { error: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(run: OrgRun) {
    this.#run = run;
    this.#waitingEntries = run.entries();
  }

  async play(): Promise<RunResult> {
    const run = this.#run;
    let why: EndReason = "out-of-mail";
    for (;;) {
      why = this.#startReady();
      if (this.#busy.size === 0) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failed) return { outcome: "failed", failure: this.#failed.failure };
    if (this.#thrown) throw this.#thrown.error;
    run.ports.signal.throwIfAborted();
    if (this.#closing?.refused) return run.end("refused", "deliverer-refused");
    if (run.allDelivered) return run.end("complete", "delivered");
    return run.finish(this.#closing?.reason ?? why, this.#round + 1);
  }

  /** Starts as many turns as there is room for; says what is in the way of the others. */
  #startReady(): EndReason {
    const run = this.#run;
    const { rounds, turnsAtOnce } = run.input.org.limits;
    if (this.#closing || this.#failed || this.#thrown || run.ports.signal.aborted || run.allDelivered) return "out-of-mail";
    const room = () => (turnsAtOnce ?? Infinity) - this.#busy.size;
    while (this.#waitingEntries.length > 0 && room() > 0) {
      if (run.limits.outOfTime()) return this.#close("time-limit");
      this.#start(this.#waitingEntries.shift() as TurnPlan);
    }
    if (this.#waitingEntries.length > 0 || run.queue.length === 0 || room() <= 0) return "out-of-mail";
    if (run.limits.outOfTime()) return this.#close("time-limit");
    // What was written in hop n is read in turn n + 1, so the last that may be read is one short of the limit.
    for (;;) {
      const waiting = run.queue.length;
      const picked = run.pick((rounds ?? Infinity) - 1, (each) => !this.#busy.has(each.agent.id), room());
      for (const plan of picked.turns) this.#start(plan);
      // All that was picked was dropped, in a branch: then somebody else's turn has come.
      if (picked.turns.length > 0 || run.queue.length === waiting) return picked.why;
    }
  }

  #close(reason: EndReason): EndReason {
    this.#closing ??= { reason, refused: false };
    return reason;
  }

  #start({ running, mail }: TurnPlan): void {
    const run = this.#run;
    const round = Math.max(0, ...mail.map((each) => each.hop)) + 1;
    this.#round = Math.max(this.#round, round);
    this.#busy.add(running.agent.id);
    const shown = mail.map((each) => run.deliver(each));
    void this.#play(running, mail, shown, round);
  }

  async #play(running: RunningAgent, mail: Mail[], shown: Delivery[], round: number): Promise<void> {
    try {
      const end = await this.#run.turn(running, shown, round);
      this.#ended(running, end);
      this.#run.apply(running, mail, shown, end, round);
    } catch (error) {
      this.#thrown ??= { error };
      this.#run.callOff();
    }
    this.#busy.delete(running.agent.id);
    this.#wake();
  }

  /** What a turn's end means for the others. */
  #ended(running: RunningAgent, end: TurnEnd): void {
    if (end.end === "failed") {
      this.#failed ??= end;
      this.#run.callOff();
    } else if (running.agent.delivers && isRefusal(end)) this.#closing = { reason: "deliverer-refused", refused: true };
    else {
      const limit = hardLimitOf(end);
      if (limit) this.#close(limit);
    }
  }
}
