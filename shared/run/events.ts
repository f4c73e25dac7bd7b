/** Owns the events of a run: every step the engine takes, in order, enough to rebuild the run's whole state. */
import type { CallFailure, ModelAnswer, ModelRequest } from "#shared/run/messages.ts";

export const RUN_STATUSES = ["complete", "refused", "incomplete"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Why a run ended. */
export type EndReason =
  | "delivered"
  | "delivered-in-last-turn"
  | "deliverer-refused"
  | "no-deliverable"
  | "token-limit"
  | "time-limit"
  | "cost-limit"
  /** An agent's memory outgrew its model's window and the design says to end there. */
  | "memory-full"
  /** A budget-matched solo has spent its budget (M12). */
  | "budget-spent"
  | "handoff-limit"
  | "turn-limit"
  | "round-limit"
  | "out-of-mail";

/** What became of a cell; apart from the run's status. */
export type CellOutcome = "done" | "failed" | "stopped";

export type RefusalCode = "unknown-recipient" | "bad-arguments" | "cut-answer" | "unknown-tool" | "empty-message";

/** How one message of a branch differs from its parent's (M5, M6); `as-sent` changes nothing and is the control. */
export const CHANGE_KINDS = ["as-sent", "repaired", "sham", "swapped", "dropped", "edited"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export type RunEvent =
  | { type: "run-started"; cell: string; prompts: string; agents: string[]; entries: string[]; deliverers: string[] }
  /**
   * A run that was cut off goes on: what was under way is sent again, calls that had ended are not paid again. `lostTokens`: output
   * tokens that the calls under way when the process died (`lostCalls`) may have cost. A branch begins its own part with this event too.
   */
  | { type: "run-resumed"; lostTokens: number; lostCalls: string[] }
  | { type: "round-started"; round: number; agents: string[] }
  | { type: "turn-started"; turn: number; agent: string; round: number; messages: string[]; last: boolean }
  /** The run's limits leave no room for a call beside those under way; it waits for them to end. */
  | { type: "call-waiting"; id: string; agent: string }
  /** `call` is 0 where the engine asks for a summary of the agent's memory, before the turn's own calls. */
  | { type: "call-started"; id: string; agent: string; turn: number; call: number; request: ModelRequest; shows: string[] }
  /** `lostTokens`, where there are any: output tokens of an attempt without an answer that may have been paid for. A cap counts them. */
  | { type: "call-retried"; id: string; agent: string; attempt: number; waitMs: number; reason: string; lostTokens?: number }
  | { type: "call-ended"; id: string; agent: string; answer: ModelAnswer }
  | { type: "call-failed"; id: string; agent: string; failure: CallFailure; attempts: number; lostTokens?: number }
  /** A limit left no room for another call, or the time was up. `id`: the call that it refused, where that one had waited or been sent before. */
  | { type: "limit-reached"; limit: "token-limit" | "cost-limit" | "time-limit"; id?: string }
  | { type: "aside"; agent: string; callId: string; text: string }
  | {
      type: "tool-refused";
      agent: string;
      callId: string;
      toolUseId: string;
      tool: string;
      code: RefusalCode;
      sentence: string;
      input: unknown;
    }
  /** One handoff in the making: queued, not yet shown to anybody. */
  | {
      type: "message-sent";
      id: string;
      messageId: string;
      callId: string;
      edgeId: string;
      source: string;
      target: string;
      written: string;
      round: number;
    }
  | { type: "deliverable-submitted"; agent: string; callId: string; version: number; text: string; plain: boolean }
  | { type: "turn-ended"; turn: number; agent: string; round: number; how: "sent" | "aside" | "refused" | "nothing" }
  /** A message becomes a handoff when it is shown: `shown` is the exact block in request `callId`. */
  | { type: "handoff-shown"; id: string; callId: string; shown: string; round: number }
  | { type: "message-undelivered"; id: string }
  /** In a branch, just before delivery: what the receiver will be shown in place of what was written; null drops it. */
  | { type: "message-changed"; id: string; how: ChangeKind; written: string | null }
  /** The oldest turns of an agent's memory have been replaced by the summary that call `callId` brought. */
  | { type: "memory-summarised"; agent: string; turn: number; callId: string; messages: number; summary: string }
  /** Best-of-n: which of the drafts is handed back. */
  | { type: "deliverable-chosen"; version: number; of: number }
  | { type: "run-ended"; status: RunStatus; reason: EndReason; deliverable: string | null };

/** An event as stored: numbered from 0 within its run, stamped by the clock that was handed in. */
export interface StampedEvent {
  seq: number;
  atMs: number;
  event: RunEvent;
}
