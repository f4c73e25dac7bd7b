/** Owns the state of a run as a fold over its events; the service layer and the screen use this same function. */
import type { EndReason, RunEvent, RunStatus } from "#shared/run/events.ts";
import { sumOrNull, type Usage } from "#shared/run/messages.ts";

export interface AgentState {
  turns: number;
  calls: number;
  retries: number;
  /** Whether a call of this agent is under way. */
  busy: boolean;
  /** Null where one call's are not known. */
  outputTokens: number | null;
  refusals: number;
}

export interface MailState {
  id: string;
  messageId: string;
  edgeId: string;
  source: string;
  target: string;
  written: string;
  state: "queued" | "shown" | "undelivered" | "dropped";
  /** Call whose answer wrote it. */
  callId: string;
  shown: string | null;
  shownInCall: string | null;
  roundSent: number;
}

export interface RunState {
  phase: "not-started" | "running" | "ended";
  round: number;
  agents: Record<string, AgentState>;
  mail: MailState[];
  /** Latest deliverable per agent. */
  deliverables: Record<string, string>;
  usage: Usage;
  calls: number;
  status: RunStatus | null;
  reason: EndReason | null;
  deliverable: string | null;
}

const NO_AGENT: AgentState = { turns: 0, calls: 0, retries: 0, busy: false, outputTokens: 0, refusals: 0 };

export function initialRunState(): RunState {
  return {
    phase: "not-started",
    round: 0,
    agents: {},
    mail: [],
    deliverables: {},
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    calls: 0,
    status: null,
    reason: null,
    deliverable: null,
  };
}

/** The state after one more event. Pure: shares what did not change. */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run-started":
      return { ...initialRunState(), phase: "running", agents: Object.fromEntries(event.agents.map((id) => [id, NO_AGENT])) };
    case "round-started":
      return { ...state, round: event.round };
    case "turn-started":
      return withAgent(state, event.agent, (agent) => ({ ...agent, turns: agent.turns + 1, busy: true }));
    case "call-started":
      return withAgent({ ...state, calls: state.calls + 1 }, event.agent, (agent) => ({ ...agent, calls: agent.calls + 1 }));
    case "call-retried":
      return withAgent(state, event.agent, (agent) => ({ ...agent, retries: agent.retries + 1 }));
    case "call-ended": {
      const add = event.answer.usage;
      const usage = {
        inputTokens: sumOrNull(state.usage.inputTokens, add.inputTokens),
        outputTokens: sumOrNull(state.usage.outputTokens, add.outputTokens),
        cacheReadTokens: sumOrNull(state.usage.cacheReadTokens, add.cacheReadTokens),
        cacheWriteTokens: sumOrNull(state.usage.cacheWriteTokens, add.cacheWriteTokens),
      };
      return withAgent({ ...state, usage }, event.agent, (agent) => ({
        ...agent,
        outputTokens: sumOrNull(agent.outputTokens, add.outputTokens),
      }));
    }
    case "call-failed":
      return withAgent(state, event.agent, (agent) => ({ ...agent, busy: false }));
    case "aside":
    case "run-resumed":
    case "call-waiting":
    case "limit-reached":
    case "memory-summarised":
    case "deliverable-chosen":
      return state;
    case "message-changed":
      return withMail(state, event.id, (mail) =>
        event.written === null ? { ...mail, state: "dropped" } : { ...mail, written: event.written },
      );
    case "tool-refused":
      return withAgent(state, event.agent, (agent) => ({ ...agent, refusals: agent.refusals + 1 }));
    case "message-sent": {
      const { id, messageId, edgeId, source, target, written, callId, round } = event;
      const mail: MailState = {
        id,
        messageId,
        edgeId,
        source,
        target,
        written,
        callId,
        state: "queued",
        shown: null,
        shownInCall: null,
        roundSent: round,
      };
      return { ...state, mail: [...state.mail, mail] };
    }
    case "deliverable-submitted":
      return { ...state, deliverables: { ...state.deliverables, [event.agent]: event.text } };
    case "turn-ended":
      return withAgent(state, event.agent, (agent) => ({ ...agent, busy: false }));
    case "handoff-shown":
      return withMail(state, event.id, (mail) => ({ ...mail, state: "shown", shown: event.shown, shownInCall: event.callId }));
    case "message-undelivered":
      return withMail(state, event.id, (mail) => ({ ...mail, state: "undelivered" }));
    case "run-ended":
      return { ...state, phase: "ended", status: event.status, reason: event.reason, deliverable: event.deliverable };
  }
}

function withAgent(state: RunState, id: string, change: (agent: AgentState) => AgentState): RunState {
  return { ...state, agents: { ...state.agents, [id]: change(state.agents[id] ?? NO_AGENT) } };
}

function withMail(state: RunState, id: string, change: (mail: MailState) => MailState): RunState {
  return { ...state, mail: state.mail.map((mail) => (mail.id === id ? change(mail) : mail)) };
}
