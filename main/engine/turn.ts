/** Owns one turn of one agent: one or more model calls, read into effects that are applied when the round has ended. */
import type { CallFailure, CallIdentity } from "#shared/run/messages.ts";
import type { RunningAgent } from "#main/engine/agent.ts";
import { historyBlocks, readAnswer, type Send } from "#main/engine/answer.ts";
import type { CallResult, Emit, ModelPort } from "#main/engine/ports.ts";

/** Why a run's calls are called off when its time is up: the turn then ends at its limit and not as a failure. */
export const TIME_IS_UP = new Error("the time limit was reached");

/** A turn in which calls are refused goes on so that the agent can mend them, but not for ever. */
export const MOST_CALLS_PER_TURN = 4;

export type Effect = { kind: "send"; callId: string; send: Send } | { kind: "submit"; callId: string; text: string; plain: boolean };

export type TurnEnd =
  | { end: "ended"; how: "sent" | "aside" | "refused" | "nothing"; effects: Effect[] }
  /** `unread`: not even the turn's first call was made, so its mail was shown to nobody. */
  | { end: "token-limit" | "time-limit"; effects: Effect[]; unread: boolean }
  | { end: "failed"; failure: CallFailure };

export interface TurnInput {
  running: RunningAgent;
  /** Number of this turn among the agent's own, from 1. */
  turn: number;
  blocks: string[];
  /** Ids of the messages among the blocks, and each one's exact block. */
  shows: { id: string; shown: string }[];
  round: number;
  /** Only the deliverable is left to do. */
  last: boolean;
  /** Plain text counts as the deliverable. */
  plainTextDelivers: boolean;
  cell: string;
  model: ModelPort;
  emit: Emit;
  signal: AbortSignal;
  /** Asks for one call's worth of output tokens and time before it is sent. */
  admit(maxTokens: number): "ok" | "token-limit" | "time-limit";
  /** Gives back what a call did not use. */
  settle(maxTokens: number, used: number): void;
}

/** Takes the turn. Rejects only with an AbortError or a bug. */
export async function takeTurn(input: TurnInput): Promise<TurnEnd> {
  const { running, turn, emit, signal, last } = input;
  const agent = running.agent.id;
  const effects: Effect[] = [];
  running.beginTurn(input.blocks);
  emit({ type: "turn-started", turn, agent, round: input.round, messages: input.shows.map((each) => each.id), last });
  let how: "sent" | "aside" | "refused" | "nothing" = "nothing";
  for (let call = 1; call <= MOST_CALLS_PER_TURN; call += 1) {
    const timeIsUp = signal.aborted && signal.reason === TIME_IS_UP;
    if (!timeIsUp) signal.throwIfAborted();
    const request = running.request(last);
    const admitted = timeIsUp ? "time-limit" : input.admit(request.max_tokens);
    if (admitted !== "ok") {
      emit({ type: "turn-ended", turn, agent, round: input.round, how });
      return { end: admitted, effects, unread: call === 1 };
    }
    const identity: CallIdentity = { cell: input.cell, agent, turn, call, draw: 0 };
    const id = `${agent}.t${turn}.c${call}`;
    emit({ type: "call-started", id, agent, turn, call, request, shows: call === 1 ? input.shows.map((each) => each.id) : [] });
    if (call === 1)
      for (const each of input.shows) emit({ type: "handoff-shown", id: each.id, callId: id, shown: each.shown, round: input.round });
    let used = 0;
    try {
      const result = await callOrAborted(input.model, request, {
        identity,
        signal,
        onRetry: (attempt, waitMs, reason, lostTokens) =>
          emit({ type: "call-retried", id, agent, attempt, waitMs, reason, ...(lostTokens > 0 ? { lostTokens } : {}) }),
      });
      if (!result.ok) {
        const { failure, attempts, lostTokens = 0 } = result;
        emit({ type: "call-failed", id, agent, failure, attempts, ...(lostTokens > 0 ? { lostTokens } : {}) });
        if (failure.code === "aborted") {
          emit({ type: "turn-ended", turn, agent, round: input.round, how });
          if (signal.reason === TIME_IS_UP) return { end: "time-limit", effects, unread: false };
          signal.throwIfAborted();
        }
        return { end: "failed", failure: result.failure };
      }
      const { answer } = result;
      used = answer.usage.outputTokens;
      emit({ type: "call-ended", id, agent, answer });
      if (answer.stopReason === "refusal") {
        emit({ type: "turn-ended", turn, agent, round: input.round, how: "refused" });
        return { end: "ended", how: "refused", effects };
      }
      const read = readAnswer(answer, last ? [] : running.contacts, running.agent.delivers);
      running.answered(historyBlocks(answer));
      for (const effect of read.effects)
        effects.push(effect.kind === "send" ? { ...effect, callId: id } : { ...effect, callId: id, plain: false });
      for (const refusal of read.refusals) emit({ type: "tool-refused", agent, callId: id, ...refusal });
      if (read.text !== "") {
        if (input.plainTextDelivers && read.toolCalls === 0) effects.push({ kind: "submit", callId: id, text: read.text, plain: true });
        else emit({ type: "aside", agent, callId: id, text: read.text });
      }
      how = effects.length > 0 ? "sent" : read.text !== "" ? "aside" : "nothing";
      if (read.refusals.length === 0 || call === MOST_CALLS_PER_TURN) {
        running.keepForNextTurn(read.results);
        break;
      }
      running.tell(read.results);
    } finally {
      input.settle(request.max_tokens, used);
    }
  }
  emit({ type: "turn-ended", turn, agent, round: input.round, how });
  return { end: "ended", how, effects };
}

/** A port may also reject when it is called off: that is the same end. */
async function callOrAborted(model: ModelPort, ...call: Parameters<ModelPort["call"]>): Promise<CallResult> {
  try {
    return await model.call(...call);
  } catch (error) {
    if (!call[1].signal.aborted) throw error;
    return { ok: false, failure: { code: "aborted", message: "the call was called off" }, attempts: 1 };
  }
}
