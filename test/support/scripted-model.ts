/** Owns a model in memory whose answers a test writes down, and playing a run of the engine with it. */
import type { Org } from "#shared/org/schema.ts";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
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
import type { MessageChange } from "#main/engine/mailbox.ts";
import type { RunMode } from "#main/engine/mode.ts";
import type { CallOptions, CallResult, Clock, ModelPort, Prices } from "#main/engine/ports.ts";
import { readRecord } from "#main/engine/record.ts";
import { PlayedRecord } from "#main/engine/replay.ts";
import { runOrg } from "#main/engine/run-org.ts";
import type { RunInput, RunResult } from "#main/engine/run.ts";
import { VirtualTime } from "#main/engine/virtual-time.ts";

/** What one call brings: blocks (stop reason after them), a fuller answer, or a failure. */
export type Reply =
  | AssistantBlock[]
  | (Partial<Omit<ModelAnswer, "content">> & { content: AssistantBlock[] })
  | { failure: CallFailure; lostTokens?: number };

/** Replies by agent name, one a call in order; a function is asked at each call. Past the end the agent says nothing. */
export type Script = Record<string, Reply[] | ((call: Asked) => Reply | Promise<Reply>)>;

export interface Asked {
  request: ModelRequest;
  identity: CallIdentity;
  signal: AbortSignal;
  options: CallOptions;
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
  /** The whole record: what was handed in, and what came after it. */
  log: StampedEvent[];
  input: RunInput;
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
  caches?: boolean;
  contextTokens?: (model: string) => number;
  prices?: Prices;
  changes?: ReadonlyMap<string, MessageChange>;
  /** How long an answer takes, in virtual milliseconds: the run then has a clock of its own, and `nowMs` and `sleep` are not asked. */
  latencyMs?: (options: CallOptions) => number;
  /** Goes on from these events. */
  log?: readonly StampedEvent[];
  /** The moment at which the virtual clock starts; a later process has a later one. */
  startMs?: number;
  /** Plays in the place of `runOrg`. */
  engine?: typeof runOrg;
}

/** Plays one run to its end. The clock stands still unless the test moves it. */
export async function play(org: Org, script: Script, options: PlayOptions = {}): Promise<Played> {
  const requests: Played["requests"] = {};
  const base = scriptedModel(org, script, requests);
  const { latencyMs, startMs = 0 } = options;
  const time = latencyMs
    ? new VirtualTime(async (request, call) => ({ result: await base.call(request, call), latencyMs: latencyMs(call) }), setImmediate)
    : null;
  const clock: Clock = time
    ? { nowMs: () => startMs + time.nowMs(), sleep: (ms, signal) => time.sleep(ms, signal) }
    : { nowMs: options.nowMs ?? (() => 0), sleep: options.sleep ?? (() => new Promise<void>(() => undefined)) };
  const log = [...(options.log ?? [])];
  const store = (event: RunEvent) => {
    log.push({ seq: log.length, atMs: clock.nowMs(), event });
    options.onEvent?.(event);
  };
  const model = time ?? base;
  const record = options.log ? new PlayedRecord({ ...readRecord(options.log), model, emit: store, atRest: setImmediate }) : null;
  const input: RunInput = {
    org,
    brief: options.brief ?? "Do the work.",
    cell: "cell",
    mode: options.mode ?? { kind: "org" },
    takesTemperature: options.takesTemperature ?? false,
    caches: options.caches ?? false,
    ...(options.contextTokens ? { contextTokens: options.contextTokens } : {}),
    ...(options.changes ? { changes: options.changes } : {}),
  };
  const result = await (options.engine ?? runOrg)(input, {
    model: record ?? model,
    clock,
    emit: record?.prefix.emit ?? store,
    signal: options.signal ?? new AbortController().signal,
    ...(options.prices ? { prices: options.prices } : {}),
    ...(record ? { record } : {}),
  });
  const events = log.map((each) => each.event);
  return { result, events, state: events.reduce(reduceRun, initialRunState()), requests, log, input };
}

function scriptedModel(org: Org, script: Script, requests: Played["requests"]): ModelPort {
  const nameOf = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? id;
  return {
    async call(request, options): Promise<CallResult> {
      const { identity, signal } = options;
      signal.throwIfAborted();
      const name = nameOf(identity.agent);
      const asked = (requests[name] ??= []);
      // Kept as sent: a later change of the object would be a bug of its own.
      asked.push(JSON.parse(JSON.stringify(request)) as ModelRequest);
      const part = script[name];
      const reply =
        typeof part === "function"
          ? await part({ request, identity, signal, options, nth: asked.length - 1 })
          : (part?.[asked.length - 1] ?? []);
      if ("failure" in reply) return { ok: false, failure: reply.failure, attempts: 1, lostTokens: reply.lostTokens ?? 0 };
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
