/** Owns the state of one run that all schedules share: agents, queue, deliverables, ids, and what becomes of a turn's effects. */
import type { EndReason, RunStatus } from "#shared/run/events.ts";
import { resolvedSettings } from "#shared/org/schema.ts";
import { RunningAgent } from "#main/engine/agent.ts";
import { RunLimits, TIME_IS_UP } from "#main/engine/limits.ts";
import type { Delivery, Mail } from "#main/engine/mailbox.ts";
import type { Together } from "#main/engine/ports.ts";
import type { TextBlock } from "#shared/run/messages.ts";
import { engineBlock, PROMPTS_VERSION, shownBlock } from "#main/engine/prompts.ts";
import type { RunInput, RunPorts, RunResult } from "#main/engine/run.ts";
import { type Effect, takeTurn, type TurnEnd } from "#main/engine/turn.ts";

export interface TurnPlan {
  running: RunningAgent;
  mail: Mail[];
}

export class OrgRun {
  readonly input: RunInput;
  readonly ports: RunPorts;
  readonly agents: RunningAgent[];
  readonly limits: RunLimits;
  readonly together: Together;
  /** Sent and not yet shown, in order. */
  queue: Mail[] = [];
  readonly deliverables = new Map<string, string>();
  #byId: Map<string, RunningAgent>;
  #versions = 0;
  #messages = 0;
  #handoffs = 0;
  #handoffsShown = 0;
  #inner = new AbortController();
  #onAbort = () => this.#inner.abort(this.ports.signal.reason);

  constructor(input: RunInput, ports: RunPorts) {
    this.input = input;
    this.ports = ports;
    this.together = ports.together ?? ((emits) => emits());
    this.agents = input.org.agents.map((agent) => this.newAgent(agent));
    this.#byId = new Map(this.agents.map((each) => [each.agent.id, each]));
    ports.signal.addEventListener("abort", this.#onAbort, { once: true });
    if (ports.signal.aborted) this.#onAbort();
    this.limits = new RunLimits({
      limits: input.org.limits,
      clock: ports.clock,
      emit: ports.emit,
      prices: ports.prices ?? null,
      record: ports.record ?? null,
      onTimeUp: () => this.#inner.abort(TIME_IS_UP),
    });
  }

  /** An agent of the design, as it is before its first turn. */
  newAgent(agent: RunInput["org"]["agents"][number]): RunningAgent {
    const { org, brief, mode, takesTemperature, caches = false } = this.input;
    return new RunningAgent(org, agent, { brief, mode: mode.kind, takesTemperature, caches });
  }

  begin(): void {
    this.ports.emit({
      type: "run-started",
      cell: this.input.cell,
      prompts: PROMPTS_VERSION,
      agents: this.#ids(() => true),
      entries: this.#ids((each) => each.agent.receivesBrief),
      deliverers: this.deliverers,
    });
  }

  close(): void {
    this.limits.close();
    this.ports.signal.removeEventListener("abort", this.#onAbort);
  }

  get deliverers(): string[] {
    return this.#ids((each) => each.agent.delivers);
  }

  get allDelivered(): boolean {
    return this.deliverers.every((id) => this.deliverables.has(id));
  }

  #ids(filter: (each: RunningAgent) => boolean): string[] {
    return this.agents.filter(filter).map((each) => each.agent.id);
  }

  /** The first turns: those who receive the brief. */
  entries(): TurnPlan[] {
    return this.agents.filter((each) => each.agent.receivesBrief).map((running) => ({ running, mail: [] }));
  }

  /**
   * Takes as much of the queue as limits allow, in order, and groups it by receiver in the order of the design.
   * `free` leaves out receivers that cannot act now; `why` says what is in the way where nobody can.
   */
  pick(
    mostHops: number,
    free: (running: RunningAgent) => boolean = () => true,
    mostTurns = Infinity,
  ): { turns: TurnPlan[]; why: EndReason } {
    const { handoffs } = this.input.org.limits;
    const mailOf = new Map<string, Mail[]>();
    const left: Mail[] = [];
    let why: EndReason = "out-of-mail";
    const stays = (mail: Mail, reason: EndReason) => {
      why = reason;
      left.push(mail);
    };
    const order = this.#receivers(free, mostTurns, mostHops);
    for (const mail of this.queue) {
      const held = this.#heldBack(mail, mostHops);
      if (held) stays(mail, held);
      else if (handoffs !== null && this.#handoffsShown >= handoffs) stays(mail, "handoff-limit");
      else if (!order.has(mail.target)) left.push(mail);
      else if (!this.#isDropped(mail)) {
        this.#handoffsShown += 1;
        mailOf.set(mail.target, [...(mailOf.get(mail.target) ?? []), mail]);
      }
    }
    this.queue = left;
    const turns = this.agents.flatMap((running) => {
      const mail = mailOf.get(running.agent.id);
      return mail ? [{ running, mail }] : [];
    });
    return { turns, why };
  }

  /** Who may be given mail now: the first `mostTurns` free agents, in design order, for whom some is waiting that no limit holds back. */
  #receivers(free: (running: RunningAgent) => boolean, mostTurns: number, mostHops: number): Set<string> {
    const waiting = new Set(this.queue.filter((mail) => !this.#heldBack(mail, mostHops)).map((mail) => mail.target));
    const able = this.agents.filter((each) => waiting.has(each.agent.id) && free(each));
    return new Set((mostTurns === Infinity ? able : able.slice(0, Math.max(0, mostTurns))).map((each) => each.agent.id));
  }

  /** Which limit keeps this very message from being delivered, for good. */
  #heldBack(mail: Mail, mostHops: number): EndReason | null {
    const { turnsPerAgent } = this.input.org.limits;
    const { turns } = this.#byId.get(mail.target) as RunningAgent;
    if (mail.hop > mostHops) return "round-limit";
    return turnsPerAgent !== null && turns >= turnsPerAgent ? "turn-limit" : null;
  }

  /** A branch may drop a message instead of delivering it. */
  #isDropped(mail: Mail): boolean {
    const change = this.input.changes?.get(mail.id);
    if (!change || change.written !== null) return false;
    this.ports.emit({ type: "message-changed", id: mail.id, how: change.how, written: null });
    return true;
  }

  /** What the receiver will see of a message: in a branch it may have been changed. */
  deliver(mail: Mail): Delivery {
    const change = this.input.changes?.get(mail.id);
    if (!change || change.written === null) return { id: mail.id, shown: mail.block(mail.written), hop: mail.hop };
    this.ports.emit({ type: "message-changed", id: mail.id, how: change.how, written: change.written });
    return { id: mail.id, shown: mail.block(change.written), hop: mail.hop };
  }

  /** Lets an agent take a turn over its mail. */
  turn(running: RunningAgent, mail: readonly Delivery[], round: number, last = false): Promise<TurnEnd> {
    const header =
      mail.length > 0 ? [engineBlock("inbox", { round: String(round), count: String(mail.length) })] : last ? [] : [engineBlock("start")];
    const shown = mail.map((each): TextBlock => ({ type: "text", text: each.shown }));
    const blocks = [...header, ...shown, ...(last ? [engineBlock("lastTurn")] : [])];
    return this.turnWith(running, { blocks, mail, round, last, plainTextDelivers: this.input.mode.kind !== "org" || last });
  }

  /** A turn over blocks that the caller chose. */
  turnWith(
    running: RunningAgent,
    what: {
      blocks: TextBlock[];
      mail: readonly Delivery[];
      round: number;
      last: boolean;
      plainTextDelivers: boolean;
      mostOutputTokens?(): number | null;
    },
  ): Promise<TurnEnd> {
    const { org, cell, contextTokens } = this.input;
    const { mail, ...rest } = what;
    const { model } = resolvedSettings(org, running.agent);
    return takeTurn({
      running,
      turn: running.turns + 1,
      ...rest,
      shows: mail.map(({ id, shown }) => ({ id, shown })),
      cell,
      model: this.ports.model,
      emit: this.ports.emit,
      together: this.together,
      signal: this.#inner.signal,
      limits: this.limits,
      contextTokens: org.limits.contextTokens ?? contextTokens?.(model) ?? Infinity,
      memoryOverflow: org.memoryOverflow,
    });
  }

  /** Calls off the calls of other agents, since the run cannot go on. */
  callOff(): void {
    this.#inner.abort(new Error("another agent's call failed"));
  }

  /** Applies what a turn did: queues its messages, keeps its deliverable. Mail that it never saw goes back. */
  apply(running: RunningAgent, mail: Mail[], shown: readonly Delivery[], end: TurnEnd, round: number): void {
    if (end.end === "failed") return;
    if (end.end !== "ended" && end.unread) {
      this.queue.push(...mail);
      this.#handoffsShown -= mail.length;
    }
    this.together(() => {
      for (const effect of end.effects)
        if (effect.kind === "submit") this.submit(running, effect);
        else this.#send(running, shown, effect, round);
    });
  }

  submit(running: RunningAgent, effect: Extract<Effect, { kind: "submit" }>): void {
    const agent = running.agent.id;
    this.#versions += 1;
    this.deliverables.set(agent, effect.text);
    const { callId, text, plain } = effect;
    this.ports.emit({ type: "deliverable-submitted", agent, callId, version: this.#versions, text, plain });
  }

  #send(running: RunningAgent, inbox: readonly Delivery[], effect: Extract<Effect, { kind: "send" }>, round: number): void {
    this.#messages += 1;
    const messageId = `m${this.#messages}`;
    const from = running.agent.name;
    const written = effect.send.text;
    const answering = inbox.map((each) => each.shown);
    const hop = Math.max(0, ...inbox.map((each) => each.hop)) + 1;
    for (const { edge, agent } of effect.send.contacts) {
      this.#handoffs += 1;
      const id = `h${this.#handoffs}`;
      const block = (text: string) => shownBlock({ from, written: text, relay: edge.relay, brief: this.input.brief, answering });
      this.queue.push({ id, edgeId: edge.id, target: agent.id, from, written, block, hop });
      this.ports.emit({
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

  /** Something ran out. With no deliverable one deliverer gets a last turn, but never after a limit on tokens, dollars, time or memory. */
  async finish(reason: EndReason, round: number): Promise<RunResult> {
    if (this.deliverables.size > 0) return this.end("complete", reason);
    if (isHardLimit(reason)) return this.end("incomplete", reason);
    if (this.input.mode.kind !== "org") return this.end("incomplete", "no-deliverable");
    const deliverers = this.agents.filter((each) => each.agent.delivers);
    // The one that knows something: who has had a turn or has mail waiting, in design order.
    const running =
      deliverers.find((each) => each.turns > 0 || this.queue.some((mail) => mail.target === each.agent.id)) ??
      (deliverers[0] as RunningAgent);
    // The last turn is one more turn, but no handoff beyond the limit.
    const { handoffs } = this.input.org.limits;
    const room = handoffs === null ? Infinity : Math.max(0, handoffs - this.#handoffsShown);
    const waiting = this.queue.filter((each) => each.target === running.agent.id);
    const dropped = waiting.filter((each) => this.#isDropped(each));
    const mail = waiting.filter((each) => !dropped.includes(each)).slice(0, room);
    this.queue = this.queue.filter((each) => !mail.includes(each) && !dropped.includes(each));
    this.ports.emit({ type: "round-started", round, agents: [running.agent.id] });
    const shown = mail.map((each) => this.deliver(each));
    const end = await this.turn(running, shown, round, true);
    if (end.end === "failed") return { outcome: "failed", failure: end.failure };
    this.apply(running, mail, shown, end, round);
    if (isRefusal(end)) return this.end("refused", "deliverer-refused");
    if (this.deliverables.size > 0) return this.end("complete", "delivered-in-last-turn");
    return this.end("incomplete", end.end === "ended" ? "no-deliverable" : end.end);
  }

  end(status: RunStatus, reason: EndReason, chosen?: string): RunResult {
    const texts = this.agents.flatMap((each) => this.deliverables.get(each.agent.id) ?? []);
    const deliverable = chosen ?? (texts.length > 0 ? texts.join("\n\n") : null);
    this.together(() => {
      for (const mail of this.queue) this.ports.emit({ type: "message-undelivered", id: mail.id });
      this.ports.emit({ type: "run-ended", status, reason, deliverable });
    });
    return { outcome: "done", status, reason, deliverable };
  }
}

export function isRefusal(end: TurnEnd): boolean {
  return end.end === "ended" && end.how === "refused";
}

/** Limits after which nothing more may be sent; how a turn ended at one, or null. */
export function hardLimitOf(end: TurnEnd): Exclude<TurnEnd["end"], "ended" | "failed"> | null {
  return end.end === "ended" || end.end === "failed" ? null : end.end;
}

function isHardLimit(reason: EndReason): boolean {
  return reason === "token-limit" || reason === "time-limit" || reason === "cost-limit" || reason === "memory-full";
}
