/** Owns one turn of one agent: one or more model calls, read into effects that are applied when the turn's time has come. */
import type { CallFailure, CallIdentity, ModelAnswer, ModelRequest, TextBlock } from "#shared/run/messages.ts";
import type { RunningAgent } from "#main/engine/agent.ts";
import { historyBlocks, readAnswer, type Send } from "#main/engine/answer.ts";
import type { Admitted, Held, LimitReached } from "#main/engine/admission.ts";
import { type RunLimits, TIME_IS_UP } from "#main/engine/limits.ts";
import type { CallResult, Emit, ModelPort, Together } from "#main/engine/ports.ts";

/** A turn in which calls are refused goes on so that the agent can mend them, but not for ever. */
export const MOST_CALLS_PER_TURN = 4;

export type Effect = { kind: "send"; callId: string; send: Send } | { kind: "submit"; callId: string; text: string; plain: boolean };

export type TurnHow = "sent" | "aside" | "refused" | "nothing";

export type TurnEnd =
  | { end: "ended"; how: TurnHow; effects: Effect[] }
  /** `unread`: not even the turn's first call was made, so its mail was shown to nobody. */
  | { end: LimitReached | "memory-full"; effects: Effect[]; unread: boolean }
  | { end: "failed"; failure: CallFailure };

export interface TurnInput {
  running: RunningAgent;
  /** Number of this turn among the agent's own, from 1. */
  turn: number;
  blocks: TextBlock[];
  /** Ids of the messages among the blocks, and each one's exact block. */
  shows: { id: string; shown: string }[];
  round: number;
  /** Only the deliverable is left to do. */
  last: boolean;
  /** Plain text counts as the deliverable. */
  plainTextDelivers: boolean;
  /** The most tokens that the next answer may have; null where there is no room for another. Asked before each call. */
  mostOutputTokens?(): number | null;
  cell: string;
  model: ModelPort;
  emit: Emit;
  together: Together;
  signal: AbortSignal;
  limits: RunLimits;
  /** The model's window in tokens. */
  contextTokens: number;
  /** What to do when the agent's memory outgrows it. */
  memoryOverflow: "summarise" | "end";
}

/** Takes the turn. Rejects only with an AbortError or a bug. */
export function takeTurn(input: TurnInput): Promise<TurnEnd> {
  return new Turn(input).take();
}

type Called = { end: "answered" } | { end: LimitReached } | { end: "failed"; failure: CallFailure };

class Turn {
  #input: TurnInput;
  #effects: Effect[] = [];
  /** What was written outside tool calls, in a turn where that may be the deliverable. */
  #texts: { callId: string; text: string }[] = [];
  #how: TurnHow = "nothing";
  /** Whether the turn's mail was in a request. */
  #shown = false;

  constructor(input: TurnInput) {
    this.#input = input;
  }

  async take(): Promise<TurnEnd> {
    const { running, turn, emit, last, round, shows } = this.#input;
    running.beginTurn(this.#input.blocks);
    emit({ type: "turn-started", turn, agent: running.agent.id, round, messages: shows.map((each) => each.id), last });
    for (let call = 1; call <= MOST_CALLS_PER_TURN; call += 1) {
      const full = await this.#makeRoom(call);
      if (full) return full;
      const most = this.#most();
      if (most === null) break;
      const id = this.#callId(call);
      let done: TurnEnd | null = null;
      const called = await this.#call(id, call, running.request(last, most), (answer) => {
        if (answer.stopReason === "refusal") done = this.#refused();
        else if (!this.#read(answer, id, call)) done = this.#ended();
      });
      if (called.end === "failed") return called;
      if (called.end !== "answered") return this.#cutShort(called.end);
      if (done) return done;
    }
    return this.#ended();
  }

  /** Reads an answer into effects; whether another call is to follow. */
  #read(answer: ModelAnswer, id: string, call: number): boolean {
    const { running, last, emit, plainTextDelivers } = this.#input;
    const agent = running.agent.id;
    const read = readAnswer(answer, last ? [] : running.contacts, running.agent.delivers);
    running.answered(historyBlocks(answer), answer.usage);
    for (const effect of read.effects)
      this.#effects.push(effect.kind === "send" ? { ...effect, callId: id } : { ...effect, callId: id, plain: false });
    for (const refusal of read.refusals) emit({ type: "tool-refused", agent, callId: id, ...refusal });
    if (read.text !== "") {
      if (plainTextDelivers) this.#texts.push({ callId: id, text: read.text });
      if (!plainTextDelivers || read.toolCalls > 0) emit({ type: "aside", agent, callId: id, text: read.text });
    }
    this.#how = this.#effects.length > 0 ? "sent" : read.text !== "" ? "aside" : "nothing";
    if (read.refusals.length === 0 || call === MOST_CALLS_PER_TURN) {
      running.keepForNextTurn(read.results);
      return false;
    }
    running.tell(read.results);
    return true;
  }

  /**
   * One call, from the question whether there is room for it to its answer. Its mail counts as shown once it is sent. What
   * `onAnswer` says of the answer is stored with it.
   */
  async #call(id: string, call: number, request: ModelRequest, onAnswer: (answer: ModelAnswer) => void): Promise<Called> {
    const { running, turn, emit, together, signal, limits, round, shows } = this.#input;
    const agent = running.agent.id;
    const shown = call === 1 ? shows : [];
    const start = () =>
      together(() => {
        emit({ type: "call-started", id, agent, turn, call, request, shows: shown.map((each) => each.id) });
        for (const each of shown) emit({ type: "handoff-shown", id: each.id, callId: id, shown: each.shown, round });
      });
    let asked: Admitted | Promise<Admitted> | null = null;
    together(() => {
      if (limits.outOfTime()) asked = "time-limit";
      else if (!signal.aborted) asked = limits.admit({ id, agent, request, signal, start });
    });
    // What is set in there is not seen here by itself. Where there is room at once, nothing else comes in between.
    const room = asked as Admitted | Promise<Admitted> | null;
    const held = room instanceof Promise ? await room : room;
    if (typeof held === "string") return { end: held };
    if (held === null) throw signal.reason;
    this.#shown ||= call === 1;
    const identity: CallIdentity = { cell: this.#input.cell, agent, turn, call, draw: 0 };
    let answer: ModelAnswer | null = null;
    let lost = 0;
    // Whether what the last attempt lost was counted where room for another was asked for.
    let counted = false;
    try {
      const result = await callOrAborted(this.#input.model, request, {
        id,
        identity,
        signal,
        onRetry: (attempt, waitMs, reason, lostTokens) =>
          emit({ type: "call-retried", id, agent, attempt, waitMs, reason, ...(lostTokens > 0 ? { lostTokens } : {}) }),
        admitRetry: async (lostTokens) => {
          counted = true;
          const refused = await this.#admitAgain(id, held, lostTokens);
          counted = refused !== null;
          return refused;
        },
      });
      if (result.ok) {
        const { answer: given } = result;
        answer = given;
        running.spent(given.usage, request);
        together(() => {
          emit({ type: "call-ended", id, agent, answer: given });
          onAnswer(given);
        });
        return { end: "answered" };
      }
      lost = result.lostTokens ?? 0;
      const failure = signal.reason === TIME_IS_UP && result.failure.code === "aborted" ? TIME_UP_FAILURE : result.failure;
      emit({ type: "call-failed", id, agent, failure, attempts: result.attempts, ...(lost > 0 ? { lostTokens: lost } : {}) });
      if (failure.code === "limit") return { end: failure.limit ?? "time-limit" };
      if (failure.code === "aborted") signal.throwIfAborted();
      return { end: "failed", failure };
    } finally {
      limits.settle(held, answer, counted ? 0 : lost);
    }
  }

  /** Room for another attempt, or why the call ends here. */
  async #admitAgain(id: string, held: Held, lostTokens: number): Promise<CallFailure | null> {
    const { limits, signal } = this.#input;
    try {
      const limit = await limits.admitAgain(held, lostTokens, { id, signal });
      return limit === null ? null : { code: "limit", message: `the run's ${LIMIT_WORDS[limit]} leaves no room to try again`, limit };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { code: "aborted", message: "the call was called off" };
    }
  }

  /** Makes the memory fit the model's window, as the design says; the turn's end where it cannot be. */
  async #makeRoom(call: number): Promise<TurnEnd | null> {
    const { running, turn, emit, contextTokens, memoryOverflow } = this.#input;
    if (running.tokensNeeded() <= contextTokens) return null;
    // In the middle of a turn the calls that are being mended must stay as they are.
    const summary = memoryOverflow === "summarise" && call === 1 ? running.summaryRequest(this.#most() ?? 1) : null;
    if (summary) {
      const id = this.#callId(0);
      const called = await this.#call(id, 0, summary.request, ({ content, stopReason }) => {
        const text = content
          .flatMap((block) => (block.type === "text" ? [block.text] : []))
          .join("\n")
          .trim();
        if (text === "" || stopReason === "refusal") return;
        running.summarised(summary.messages, text);
        emit({ type: "memory-summarised", agent: running.agent.id, turn, callId: id, messages: summary.messages, summary: text });
      });
      if (called.end === "failed") return called;
      if (called.end !== "answered") return this.#cutShort(called.end);
      if (running.tokensNeeded() <= contextTokens) return null;
    }
    return this.#cutShort("memory-full");
  }

  #most(): number | null {
    return this.#input.mostOutputTokens ? this.#input.mostOutputTokens() : Number.POSITIVE_INFINITY;
  }

  #callId(call: number): string {
    return `${this.#input.running.agent.id}.t${this.#input.turn}.c${call}`;
  }

  /** Where nothing was submitted by the end of a turn whose plain text counts, all that was written in it is the deliverable. */
  #deliverTexts(): void {
    const last = this.#texts.at(-1);
    if (!last || this.#effects.some((effect) => effect.kind === "submit")) return;
    const text = this.#texts.map((each) => each.text).join("\n\n");
    this.#effects.push({ kind: "submit", callId: last.callId, text, plain: true });
    this.#how = "sent";
  }

  /** A refusal takes back what the turn did before it: the turn is empty. */
  #refused(): TurnEnd {
    this.#effects = [];
    this.#texts = [];
    this.#input.running.takeBack();
    this.#how = "refused";
    return this.#ended();
  }

  #cutShort(end: LimitReached | "memory-full"): TurnEnd {
    this.#deliverTexts();
    this.#emitEnd(this.#how);
    return { end, effects: this.#effects, unread: !this.#shown };
  }

  #ended(): TurnEnd {
    this.#deliverTexts();
    this.#emitEnd(this.#how);
    return { end: "ended", how: this.#how, effects: this.#effects };
  }

  #emitEnd(how: TurnHow): void {
    const { running, turn, round, emit } = this.#input;
    emit({ type: "turn-ended", turn, agent: running.agent.id, round, how });
  }
}

const LIMIT_WORDS: Record<LimitReached, string> = { "token-limit": "token limit", "cost-limit": "cost limit", "time-limit": "time limit" };

const TIME_UP_FAILURE: CallFailure = { code: "limit", message: "the call was called off because the run's time was up" };

/** A port may also reject when it is called off: that is the same end. */
async function callOrAborted(model: ModelPort, ...call: Parameters<ModelPort["call"]>): Promise<CallResult> {
  try {
    return await model.call(...call);
  } catch (error) {
    if (!call[1].signal.aborted) throw error;
    return { ok: false, failure: { code: "aborted", message: "the call was called off" }, attempts: 1 };
  }
}
