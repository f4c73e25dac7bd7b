/** Owns a run: one org on one brief, in rounds, until it has delivered or something runs out. */
import type { EndReason, RunStatus } from "#shared/run/events.ts";
import type { CallFailure } from "#shared/run/messages.ts";
import type { Org } from "#shared/org/schema.ts";
import { RunningAgent } from "#main/engine/agent.ts";
import type { Clock, Emit, ModelPort } from "#main/engine/ports.ts";
import { PROMPTS_VERSION, promptText, shownBlock } from "#main/engine/prompts.ts";
import { type Effect, takeTurn, TIME_IS_UP, type TurnEnd } from "#main/engine/turn.ts";

export interface RunInput {
  org: Org;
  brief: string;
  /** Names the cell in call identities. */
  cell: string;
  /** A solo arm: one call without tools, whose text is the deliverable. */
  solo: boolean;
  /** Whether the connection takes a temperature. */
  takesTemperature: boolean;
}

export interface RunPorts {
  model: ModelPort;
  clock: Clock;
  emit: Emit;
  signal: AbortSignal;
}

export type RunResult =
  | { outcome: "done"; status: RunStatus; reason: EndReason; deliverable: string | null }
  | { outcome: "failed"; failure: CallFailure }
  | { outcome: "stopped" };

/** Timers take no more than 31 bits. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

interface Mail {
  id: string;
  edgeId: string;
  target: string;
  from: string;
  written: string;
  shown: string;
}

/** Runs an org that has no errors (see `orgProblems`). Expected ends are values; only bugs reject. */
export async function runOrg(input: RunInput, ports: RunPorts): Promise<RunResult> {
  const run = new OrgRun(input, ports);
  try {
    return await run.go();
  } catch (error) {
    if (ports.signal.aborted) return { outcome: "stopped" };
    throw error;
  } finally {
    run.close();
  }
}

class OrgRun {
  #input: RunInput;
  #ports: RunPorts;
  #agents: RunningAgent[];
  #queue: Mail[] = [];
  #deliverables = new Map<string, string>();
  #versions = 0;
  #messages = 0;
  #handoffs = 0;
  #handoffsShown = 0;
  #tokensHeld = 0;
  #startedMs: number;
  #inner = new AbortController();
  #timer = new AbortController();
  #onAbort = () => this.#inner.abort(this.#ports.signal.reason);

  constructor(input: RunInput, ports: RunPorts) {
    this.#input = input;
    this.#ports = ports;
    const { brief, solo, takesTemperature } = input;
    this.#agents = input.org.agents.map((agent) => new RunningAgent(input.org, agent, { brief, solo, takesTemperature }));
    this.#startedMs = ports.clock.nowMs();
    ports.signal.addEventListener("abort", this.#onAbort, { once: true });
    if (ports.signal.aborted) this.#onAbort();
    void this.#watchTime();
  }

  close(): void {
    this.#timer.abort();
    this.#ports.signal.removeEventListener("abort", this.#onAbort);
  }

  async go(): Promise<RunResult> {
    const { org, cell } = this.#input;
    const ids = (filter: (each: RunningAgent) => boolean) => this.#agents.filter(filter).map((each) => each.agent.id);
    const deliverers = ids((each) => each.agent.delivers);
    this.#ports.emit({
      type: "run-started",
      cell,
      prompts: PROMPTS_VERSION,
      agents: ids(() => true),
      entries: ids((each) => each.agent.receivesBrief),
      deliverers,
    });
    for (let round = 1; ; round += 1) {
      this.#ports.signal.throwIfAborted();
      if (org.limits.rounds !== null && round > org.limits.rounds) return this.#finish("round-limit", round);
      if (this.#outOfTime()) return this.#finish("time-limit", round);
      const picked = round === 1 ? this.#entries() : this.#pick();
      if (picked.turns.length === 0) return this.#finish(picked.why, round);
      this.#ports.emit({ type: "round-started", round, agents: picked.turns.map((each) => each.running.agent.id) });
      const ends = await this.#playRound(picked.turns, round);
      const failed = ends.find((each) => each.end === "failed");
      if (failed?.end === "failed") return { outcome: "failed", failure: failed.failure };
      picked.turns.forEach(({ running, mail }, index) => this.#apply(running, mail, ends[index] as TurnEnd, round));
      if (picked.turns.some(({ running }, index) => running.agent.delivers && isRefusal(ends[index] as TurnEnd)))
        return this.#end("refused", "deliverer-refused");
      if (deliverers.every((id) => this.#deliverables.has(id))) return this.#end("complete", "delivered");
      const limit = ends.find((each) => each.end === "token-limit" || each.end === "time-limit");
      if (limit?.end === "token-limit" || limit?.end === "time-limit") return this.#finish(limit.end, round);
    }
  }

  #entries(): Picked {
    return { turns: this.#agents.filter((each) => each.agent.receivesBrief).map((running) => ({ running, mail: [] })), why: "out-of-mail" };
  }

  /** Takes as much of the queue as limits allow, in order, and groups it by receiver in the order of the design. */
  #pick(): Picked {
    const { handoffs, turnsPerAgent } = this.#input.org.limits;
    const mailOf = new Map<string, Mail[]>();
    const left: Mail[] = [];
    let why: EndReason = "out-of-mail";
    for (const mail of this.#queue) {
      const running = this.#agents.find((each) => each.agent.id === mail.target) as RunningAgent;
      const turnLeft = turnsPerAgent === null || running.turns < turnsPerAgent;
      const handoffLeft = handoffs === null || this.#handoffsShown < handoffs;
      if (turnLeft && handoffLeft) {
        this.#handoffsShown += 1;
        mailOf.set(mail.target, [...(mailOf.get(mail.target) ?? []), mail]);
      } else {
        why = handoffLeft ? "turn-limit" : "handoff-limit";
        left.push(mail);
      }
    }
    this.#queue = left;
    const turns = this.#agents.flatMap((running) => {
      const mail = mailOf.get(running.agent.id);
      return mail ? [{ running, mail }] : [];
    });
    return { turns, why };
  }

  /** All turns see the state at the round's start and run at once; the first failure calls the others off. */
  async #playRound(turns: Picked["turns"], round: number): Promise<TurnEnd[]> {
    const settled = await Promise.allSettled(
      turns.map(async ({ running, mail }) => {
        const end = await this.#turn(running, mail, round, false);
        if (end.end === "failed") this.#inner.abort(new Error("another agent's call failed"));
        return end;
      }),
    );
    const failure = settled.find((each) => each.status === "fulfilled" && each.value.end === "failed");
    if (failure?.status === "fulfilled") return [failure.value];
    return settled.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
  }

  #turn(running: RunningAgent, mail: Mail[], round: number, last: boolean): Promise<TurnEnd> {
    const { solo, org } = this.#input;
    const header =
      mail.length > 0 ? [promptText("inbox", { round: String(round), count: String(mail.length) })] : last ? [] : [promptText("start")];
    return takeTurn({
      running,
      turn: running.turns + 1,
      blocks: [...header, ...mail.map((each) => each.shown), ...(last ? [promptText("lastTurn")] : [])],
      shows: mail.map(({ id, shown }) => ({ id, shown })),
      round,
      last,
      plainTextDelivers: solo || last,
      cell: this.#input.cell,
      model: this.#ports.model,
      emit: this.#ports.emit,
      signal: this.#inner.signal,
      admit: (maxTokens) => {
        if (this.#outOfTime()) return "time-limit";
        const cap = org.limits.outputTokens;
        if (cap !== null && this.#tokensHeld + maxTokens > cap) return "token-limit";
        this.#tokensHeld += maxTokens;
        return "ok";
      },
      settle: (maxTokens, used) => {
        this.#tokensHeld += used - maxTokens;
      },
    });
  }

  /** Applies what a turn did: queues its messages, keeps its deliverable. */
  #apply(running: RunningAgent, inbox: Mail[], end: TurnEnd, round: number): void {
    if (end.end === "failed") return;
    if (end.end !== "ended" && end.unread) this.#queue.push(...inbox);
    for (const effect of end.effects)
      if (effect.kind === "submit") this.#submit(running, effect);
      else this.#send(running, inbox, effect, round);
  }

  #submit(running: RunningAgent, effect: Extract<Effect, { kind: "submit" }>): void {
    const agent = running.agent.id;
    this.#versions += 1;
    this.#deliverables.set(agent, effect.text);
    this.#ports.emit({
      type: "deliverable-submitted",
      agent,
      callId: effect.callId,
      version: this.#versions,
      text: effect.text,
      plain: effect.plain,
    });
  }

  #send(running: RunningAgent, inbox: Mail[], effect: Extract<Effect, { kind: "send" }>, round: number): void {
    this.#messages += 1;
    const messageId = `m${this.#messages}`;
    for (const { edge, agent } of effect.send.contacts) {
      this.#handoffs += 1;
      const id = `h${this.#handoffs}`;
      const written = effect.send.text;
      const shown = shownBlock({
        from: running.agent.name,
        written,
        relay: edge.relay,
        brief: this.#input.brief,
        answering: inbox.map((each) => each.shown),
      });
      this.#queue.push({ id, edgeId: edge.id, target: agent.id, from: running.agent.name, written, shown });
      this.#ports.emit({
        type: "message-sent",
        id,
        messageId,
        callId: effect.callId,
        edgeId: edge.id,
        source: running.agent.id,
        target: agent.id,
        written,
        round,
      });
    }
  }

  /** Something ran out. With no deliverable one deliverer gets a last turn, but never after a token or time limit. */
  async #finish(reason: EndReason, round: number): Promise<RunResult> {
    if (this.#deliverables.size > 0) return this.#end("complete", reason);
    if (reason === "token-limit" || reason === "time-limit") return this.#end("incomplete", reason);
    if (this.#input.solo) return this.#end("incomplete", "no-deliverable");
    const deliverers = this.#agents.filter((each) => each.agent.delivers);
    // The one that knows something: who has had a turn or has mail waiting, in design order.
    const running =
      deliverers.find((each) => each.turns > 0 || this.#queue.some((mail) => mail.target === each.agent.id)) ??
      (deliverers[0] as RunningAgent);
    // The last turn is one more turn, but no handoff beyond the limit.
    const room =
      this.#input.org.limits.handoffs === null ? Number.POSITIVE_INFINITY : this.#input.org.limits.handoffs - this.#handoffsShown;
    const mail = this.#queue.filter((each) => each.target === running.agent.id).slice(0, Math.max(0, room));
    this.#queue = this.#queue.filter((each) => !mail.includes(each));
    this.#ports.emit({ type: "round-started", round, agents: [running.agent.id] });
    const end = await this.#turn(running, mail, round, true);
    if (end.end === "failed") return { outcome: "failed", failure: end.failure };
    this.#apply(running, mail, end, round);
    if (isRefusal(end)) return this.#end("refused", "deliverer-refused");
    if (this.#deliverables.size > 0) return this.#end("complete", "delivered-in-last-turn");
    return this.#end("incomplete", end.end === "ended" ? "no-deliverable" : end.end);
  }

  #end(status: RunStatus, reason: EndReason): RunResult {
    for (const mail of this.#queue) this.#ports.emit({ type: "message-undelivered", id: mail.id });
    const texts = this.#agents.flatMap((each) => this.#deliverables.get(each.agent.id) ?? []);
    const deliverable = texts.length > 0 ? texts.join("\n\n") : null;
    this.#ports.emit({ type: "run-ended", status, reason, deliverable });
    return { outcome: "done", status, reason, deliverable };
  }

  /** Calls off what is under way once the time is up: a call that hangs must not hold the run. */
  async #watchTime(): Promise<void> {
    const { wallClockMs } = this.#input.org.limits;
    if (wallClockMs === null) return;
    try {
      for (let leftMs = wallClockMs; leftMs > 0; leftMs -= LONGEST_SLEEP_MS)
        await this.#ports.clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), this.#timer.signal);
    } catch {
      // The run has ended before its time.
      return;
    }
    this.#inner.abort(TIME_IS_UP);
  }

  #outOfTime(): boolean {
    if (this.#inner.signal.reason === TIME_IS_UP) return true;
    const { wallClockMs } = this.#input.org.limits;
    return wallClockMs !== null && this.#ports.clock.nowMs() - this.#startedMs >= wallClockMs;
  }
}

interface Picked {
  turns: { running: RunningAgent; mail: Mail[] }[];
  /** Why nobody can act, where nobody can. */
  why: EndReason;
}

function isRefusal(end: TurnEnd): boolean {
  return end.end === "ended" && end.how === "refused";
}
