/** Owns a model in memory whose answers a test writes down, and playing a run of the engine with it. */
import type { Org } from "#shared/org/schema.ts";
import type { RunEvent } from "#shared/run/events.ts";
import type {
  AssistantBlock,
  CallFailure,
  CallIdentity,
  ModelAnswer,
  ModelRequest,
  ToolUseBlock,
  UserBlock,
} from "#shared/run/messages.ts";
import { initialRunState, reduceRun, type RunState } from "#shared/run/reducer.ts";
import type { CallResult, ModelPort } from "#main/engine/ports.ts";
import type { RunMode } from "#main/engine/mode.ts";
import { runOrg } from "#main/engine/run-org.ts";
import type { RunResult } from "#main/engine/run.ts";

/** What one call brings: blocks (stop reason after them), a fuller answer, or a failure. */
export type Reply = AssistantBlock[] | (Partial<Omit<ModelAnswer, "content">> & { content: AssistantBlock[] }) | { failure: CallFailure };

/** Replies by agent name, one a call in order; a function is asked at each call. Past the end the agent says nothing. */
export type Script = Record<string, Reply[] | ((call: Asked) => Reply | Promise<Reply>)>;

export interface Asked {
  request: ModelRequest;
  identity: CallIdentity;
  signal: AbortSignal;
  /** How many calls this agent has made before. */
  nth: number;
}

let ids = 0;
export const send = (to: unknown, text: unknown): ToolUseBlock => ({
  type: "tool_use",
  id: `toolu_${(ids += 1)}`,
  name: "send",
  input: { to, text },
});
export const submit = (text: unknown): ToolUseBlock => ({
  type: "tool_use",
  id: `toolu_${(ids += 1)}`,
  name: "submit_deliverable",
  input: { text },
});
export const tool = (name: string, input: unknown): ToolUseBlock => ({ type: "tool_use", id: `toolu_${(ids += 1)}`, name, input });
export const say = (text: string): AssistantBlock => ({ type: "text", text });

export interface Played {
  result: RunResult;
  events: RunEvent[];
  state: RunState;
  /** Every request by agent name, in order. */
  requests: Record<string, ModelRequest[]>;
}

export interface PlayOptions {
  brief?: string;
  mode?: RunMode;
  takesTemperature?: boolean;
  signal?: AbortSignal;
  nowMs?: () => number;
  /** Time never runs out by itself unless this says so. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  onEvent?: (event: RunEvent) => void;
}

/** Plays one run to its end. The clock stands still unless the test moves it. */
export async function play(org: Org, script: Script, options: PlayOptions = {}): Promise<Played> {
  const events: RunEvent[] = [];
  const requests: Played["requests"] = {};
  const nameOf = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? id;
  const model: ModelPort = {
    async call(request, { identity, signal }): Promise<CallResult> {
      signal.throwIfAborted();
      const name = nameOf(identity.agent);
      const asked = (requests[name] ??= []);
      // Kept as sent: a later change of the object would be a bug of its own.
      asked.push(JSON.parse(JSON.stringify(request)) as ModelRequest);
      const part = script[name];
      const reply =
        typeof part === "function" ? await part({ request, identity, signal, nth: asked.length - 1 }) : (part?.[asked.length - 1] ?? []);
      if ("failure" in reply) return { ok: false, failure: reply.failure, attempts: 1 };
      const content = Array.isArray(reply) ? reply : reply.content;
      const defaults: ModelAnswer = {
        content,
        stopReason: content.some((block) => block.type === "tool_use") ? "tool_use" : "end_turn",
        usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 },
        servedModel: request.model,
        requestId: null,
        durationMs: 0,
        attempts: 1,
      };
      return { ok: true, answer: Array.isArray(reply) ? defaults : { ...defaults, ...reply } };
    },
  };
  const result = await runOrg(
    {
      org,
      brief: options.brief ?? "Do the work.",
      cell: "cell",
      mode: options.mode ?? { kind: "org" },
      takesTemperature: options.takesTemperature ?? false,
    },
    {
      model,
      clock: { nowMs: options.nowMs ?? (() => 0), sleep: options.sleep ?? (() => new Promise<void>(() => undefined)) },
      emit: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
      signal: options.signal ?? new AbortController().signal,
    },
  );
  return { result, events, state: events.reduce(reduceRun, initialRunState()), requests };
}

/** The events of one type. */
export function ofType<T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): Extract<RunEvent, { type: T }>[] {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

/** The user's side of the last message of a request, one string a block. */
export function lastUser(request: ModelRequest | undefined): string[] {
  const last = request?.messages.at(-1);
  return last?.role === "user" ? last.content.map(blockText) : [];
}

export function blockText(block: UserBlock): string {
  return block.type === "text" ? block.text : block.content;
}
