/** Owns a run's hard limits on tokens, dollars and time: each call's worst case is held before it is sent, so that none is passed. */
import type { Limits } from "#shared/org/schema.ts";
import type { RunEvent } from "#shared/run/events.ts";
import type { ModelAnswer } from "#shared/run/messages.ts";
import {
  type Admitted,
  type Asked,
  type Held,
  type LimitReached,
  ofAsking,
  ofWaiting,
  type Verdict,
  type Waiter,
} from "#main/engine/admission.ts";
import type { Clock, Emit, Prices, RunRecord } from "#main/engine/ports.ts";

/** Why a run's calls are called off when its time is up: the turn then ends at its limit and not as a failure. */
export const TIME_IS_UP = new Error("the time limit was reached");

/** Timers take no more than 31 bits. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

export interface RunLimitParts {
  limits: Limits;
  clock: Clock;
  emit: Emit;
  prices: Prices | null;
  record: RunRecord | null;
  /** Calls off what is under way. */
  onTimeUp(): void;
}

export class RunLimits {
  #parts: RunLimitParts;
  /** What calls that have ended took. */
  #used: Held = { outputTokens: 0, usd: 0 };
  /** The worst cases of calls under way. */
  #held = new Set<Held>();
  /** Who waits to be sent, in order of asking, and who waits to be sent again. */
  #waiters = new Set<Waiter>();
  #again = new Set<Waiter>();
  #outOfTime = false;
  /** Null until the clock runs: while a record is played, it stands still. */
  #startedMs: number | null = null;
  #timer = new AbortController();

  constructor(parts: RunLimitParts) {
    this.#parts = parts;
    if (!parts.record) {
      this.#startClock(0);
      return;
    }
    const { record } = parts;
    record.onLimits((step) => this.#takeStep(step));
    record.onLive(() => this.#goLive());
  }

  /** Ends the watching of time. */
  close(): void {
    this.#timer.abort();
  }

  /**
   * Asks for one call's worst case before it is sent: what is held, or the limit that leaves no room. Where calls under way may
   * still give back enough, it waits behind those that asked before. `start` is called at once when there is room, before
   * anybody else is let in. Rejects with the signal's reason when aborted while it waits.
   */
  admit({ id, agent, request, signal, start }: Asked): Admitted | Promise<Admitted> {
    const { limits, prices, emit } = this.#parts;
    const usd = limits.costUsd === null ? 0 : (prices?.worstUsd(request) ?? Infinity);
    const need: Held = { outputTokens: request.max_tokens, usd };
    const next = this.#nextOfRecord();
    const verdict = next === null ? this.#verdict(need) : ofAsking(next);
    if (verdict === "wait") {
      emit({ type: "call-waiting", id, agent });
      return this.#wait({ id, need, start }, signal, this.#waiters);
    }
    if (verdict !== "room") return this.#reach(verdict);
    this.#held.add(need);
    start();
    return need;
  }

  /**
   * Asks for the worst case once more after an attempt whose tokens may have been paid for. It keeps what it holds, and waits for
   * those under way where that makes room. Never asked while a record is played, which says by itself what became of the attempt.
   */
  async admitAgain(held: Held, lostTokens: number, { id, signal }: Pick<Asked, "id" | "signal">): Promise<LimitReached | null> {
    this.#lose(held, lostTokens);
    const asked = this.#wait({ id, need: held, start: () => undefined }, signal, this.#again);
    this.#serve();
    const admitted = await asked;
    return typeof admitted === "string" ? admitted : null;
  }

  /** Ends what was held with what was really used, and lets in who waited; what is not known of it counts as the worst case. */
  settle(held: Held, answer: ModelAnswer | null, lostTokens: number): void {
    this.#lose(held, lostTokens);
    this.#held.delete(held);
    if (answer !== null) {
      this.#used.outputTokens += answer.usage.outputTokens ?? held.outputTokens;
      this.#used.usd += held.usd === 0 ? 0 : (this.#parts.prices?.usd(answer) ?? held.usd);
    }
    this.#serve();
  }

  /** What a lost attempt cost is not known to the cent: all of it, where it cost anything. */
  #lose(held: Held, lostTokens: number): void {
    if (lostTokens === 0) return;
    this.#used.outputTokens += lostTokens;
    this.#used.usd += held.usd;
  }

  #wait(asking: Pick<Waiter, "id" | "need" | "start">, signal: AbortSignal, line: Set<Waiter>): Promise<Admitted> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener("abort", onAbort);
        line.delete(waiter);
      };
      const onAbort = () => {
        leave();
        if (signal.reason === TIME_IS_UP) resolve("time-limit");
        else reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        ...asking,
        end: (admitted) => {
          leave();
          resolve(admitted);
        },
        fail: (error) => {
          leave();
          reject(error as Error);
        },
      };
      line.add(waiter);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Lets in whoever has waited longest, as long as there is room, and refuses it where there can be none any more. */
  #serve(): void {
    for (const attempt of this.#again) this.#serveAgain(attempt);
    this.#repeatRefusals();
    for (const first of this.#waiters) {
      const { id, need, start } = first;
      try {
        const next = this.#nextOfRecord();
        const verdict = next === null ? this.#verdict(need, true) : ofWaiting(next, id);
        if (verdict === "wait") return;
        if (verdict === "room") {
          this.#held.add(need);
          start();
          first.end(need);
        } else first.end(this.#reach(verdict, id));
        this.#repeatRefusals();
      } catch (error) {
        // Nothing could be stored: it is the waiting call's fault as little as that of the one that has just ended.
        this.#held.delete(need);
        first.fail(error);
      }
    }
  }

  /** An attempt that is to be made again goes before those who have sent nothing yet: what it holds is in their way. */
  #serveAgain(attempt: Waiter): void {
    const { id, need } = attempt;
    this.#held.delete(need);
    const verdict = this.#verdict(need, true);
    this.#held.add(need);
    if (verdict === "room") return attempt.end(need);
    // Others that wait like it hold their worst cases too: between them one has to give way.
    if (verdict === "wait" && this.#held.size > this.#again.size) return;
    this.#held.delete(need);
    attempt.end(this.#reach(verdict === "wait" ? this.#shortOf(need) : verdict, id));
  }

  /** Attempts that waited for room again and got none: while a record is played they do not wait, but what was said then is said. */
  #repeatRefusals(): void {
    for (let next = this.#nextOfRecord(); next?.type === "limit-reached" && next.id !== undefined; next = this.#nextOfRecord()) {
      const { id, limit } = next;
      if ([...this.#waiters].some((waiter) => waiter.id === id)) return;
      this.#reach(limit, id);
    }
  }

  /** Whether the time is up; asked where something is about to begin. */
  outOfTime(): boolean {
    if (this.#outOfTime) return true;
    const next = this.#nextOfRecord();
    const isUp = next === null ? this.#timeLeftMs() <= 0 : next.type === "limit-reached" && next.limit === "time-limit";
    if (isUp) this.#reach("time-limit");
    return this.#outOfTime;
  }

  /** While a record is played, what it says next is what happened; clocks and prices may say something else by now. */
  #nextOfRecord(): RunEvent | null {
    const next = this.#parts.record?.next() ?? null;
    // The record may end while the engine computes, before it waits for anything.
    if (next === null) this.#goLive();
    return next;
  }

  /** What happened in the middle of calls: an attempt that was lost made room for others, or left none; the time was up. */
  #takeStep(step: RunEvent): void {
    this.#serve();
    for (let next: RunEvent | null = step; next?.type === "limit-reached" && next === this.#nextOfRecord(); next = this.#nextOfRecord()) {
      if (next.limit === "time-limit") this.#timeIsUp();
      else this.#reach(next.limit);
      // Said twice, it is no step that could be taken: whoever plays the record says so.
      if (this.#nextOfRecord() === next) return;
      // Several attempts may be refused before anybody who waited goes on.
      this.#serve();
    }
  }

  #goLive(): void {
    if (this.#startedMs === null) this.#startClock(this.#parts.record?.elapsedMs ?? 0);
  }

  /** Whether there is room beside what is under way, may be once it has ended, or cannot be. Nobody passes those who wait. */
  #verdict(need: Held, isFirst = this.#waiters.size === 0): Verdict {
    const { limits, record } = this.#parts;
    const lost = record?.lost() ?? { outputTokens: 0, usd: 0 };
    const tokens = this.#used.outputTokens + lost.outputTokens + need.outputTokens;
    const usd = this.#used.usd + lost.usd + need.usd;
    const [mostTokens, mostUsd] = [limits.outputTokens ?? Infinity, limits.costUsd ?? Infinity];
    if (tokens > mostTokens) return "token-limit";
    if (limits.costUsd !== null && usd > mostUsd) return "cost-limit";
    if (this.#timeLeftMs() <= 0) return "time-limit";
    if (!isFirst) return "wait";
    const held = this.#heldInAll();
    return tokens + held.outputTokens <= mostTokens && usd + held.usd <= mostUsd ? "room" : "wait";
  }

  #heldInAll(): Held {
    const sum = { outputTokens: 0, usd: 0 };
    for (const each of this.#held) {
      sum.outputTokens += each.outputTokens;
      sum.usd += each.usd;
    }
    return sum;
  }

  /** Which limit is in the way of a call beside what is held. */
  #shortOf(need: Held): LimitReached {
    const lost = this.#parts.record?.lost() ?? { outputTokens: 0, usd: 0 };
    const tokens = this.#used.outputTokens + lost.outputTokens + this.#heldInAll().outputTokens + need.outputTokens;
    return tokens > (this.#parts.limits.outputTokens ?? Infinity) ? "token-limit" : "cost-limit";
  }

  #reach(limit: LimitReached, waited: string | null = null): LimitReached {
    // Time is up once; tokens and dollars may be short for one call and then for another.
    const isKnown = limit === "time-limit" && this.#outOfTime;
    this.#outOfTime ||= limit === "time-limit";
    if (!isKnown) this.#parts.emit({ type: "limit-reached", limit, ...(waited === null ? {} : { id: waited }) });
    if (this.#outOfTime) for (const waiter of [...this.#again, ...this.#waiters]) waiter.end("time-limit");
    return limit;
  }

  #timeIsUp(): void {
    this.#reach("time-limit");
    this.#parts.onTimeUp();
  }

  #timeLeftMs(): number {
    const { limits, clock } = this.#parts;
    return limits.wallClockMs === null || this.#startedMs === null ? Infinity : limits.wallClockMs - (clock.nowMs() - this.#startedMs);
  }

  /** Calls off what is under way once the time is up: a call that hangs must not hold the run. */
  #startClock(elapsedMs: number): void {
    const { limits, clock } = this.#parts;
    this.#startedMs = clock.nowMs() - elapsedMs;
    if (limits.wallClockMs === null) return;
    const watch = async (): Promise<void> => {
      for (let leftMs = this.#timeLeftMs(); leftMs > 0; leftMs -= LONGEST_SLEEP_MS)
        await clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), this.#timer.signal);
      if (!this.#timer.signal.aborted) this.#timeIsUp();
    };
    // The run may end before its time: then the sleep is broken off.
    watch().catch(() => undefined);
  }
}
