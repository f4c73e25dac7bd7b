/** Owns the words of a model call as they travel and are stored: the Messages API's own JSON shapes, the part we use. */

/** What we note about a block for ourselves; it is stored and not sent. */
interface Noted {
  /** The engine's own words, such as how to send: nobody learns a constraint from them (M1), whatever a probe would read in them. */
  by?: "engine";
}

export interface TextBlock extends Noted {
  type: "text";
  text: string;
  cache_control?: { type: "ephemeral" };
}
export interface ToolUseBlock {
  type: "tool_use";
  id: string;
  name: string;
  input: unknown;
}
export interface ToolResultBlock extends Noted {
  type: "tool_result";
  tool_use_id: string;
  content: string;
  is_error?: boolean;
  cache_control?: { type: "ephemeral" };
}
/** Stored and returned within tool loops, never measured. */
export interface ThinkingBlock {
  type: "thinking";
  thinking: string;
  signature: string;
}
export interface RedactedThinkingBlock {
  type: "redacted_thinking";
  data: string;
}

export type UserBlock = TextBlock | ToolResultBlock;
export type AssistantBlock = TextBlock | ToolUseBlock | ThinkingBlock | RedactedThinkingBlock;

export type ModelMessage = { role: "user"; content: UserBlock[] } | { role: "assistant"; content: AssistantBlock[] };

export interface ToolSpec {
  name: string;
  description: string;
  input_schema: { type: "object"; properties: Record<string, unknown>; required: string[]; additionalProperties: false };
}

/** Everything that is sent for one call; stored as it is. */
export interface ModelRequest {
  model: string;
  max_tokens: number;
  system: TextBlock[];
  messages: ModelMessage[];
  tools: ToolSpec[];
  /** Set where tools are declared, since the conversation holds calls of them, and none may be called now. */
  tool_choice?: { type: "none" };
  effort?: "low" | "medium" | "high" | "xhigh" | "max";
  thinking?: "off" | "adaptive";
  temperature?: number;
}

/** A request as it goes out: without what we noted for ourselves. */
export function asSent(request: ModelRequest): ModelRequest {
  return {
    ...request,
    system: request.system.map(withoutNotes),
    messages: request.messages.map((each) => (each.role === "user" ? { ...each, content: each.content.map(withoutNotes) } : each)),
  };
}

function withoutNotes<T extends UserBlock>(block: T): T {
  const { by: _, ...sent } = block;
  return sent as T;
}

/** What a server says a call took. Null: it said nothing of it (M21, `no-usage`); never 0 in its place. */
export interface Usage {
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
}

/** A sum is not known where one of its parts is not. */
export function sumOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** One finished answer. */
export interface ModelAnswer {
  content: AssistantBlock[];
  stopReason: string;
  usage: Usage;
  /** The model as the API says it served it. */
  servedModel: string;
  requestId: string | null;
  durationMs: number;
  /** How often the request was sent until it was answered; 1 without retries. */
  attempts: number;
}

/** Names one call within everything an experiment does; the simulated population's dice hang on it. */
export interface CallIdentity {
  cell: string;
  agent: string;
  turn: number;
  call: number;
  draw: number;
}

export function identityText(identity: CallIdentity): string {
  return [identity.cell, identity.agent, identity.turn, identity.call, identity.draw]
    .map((part) => encodeURIComponent(String(part)))
    .join("/");
}

/** Why a call that was sent brought no answer. */
export interface CallFailure {
  code:
    | "auth"
    | "bad-request"
    | "rate-limited"
    | "overloaded"
    | "server"
    | "network"
    | "broken-answer"
    | "no-key"
    | "unknown-model"
    | "budget"
    /** Called off on the way: by a stop or by another agent's failure. */
    | "aborted"
    /** Called off on the way by one of the run's own limits: the turn ends with it, the run does not fail. */
    | "limit";
  message: string;
  /** With the code `limit`: which one, where it is not the time. */
  limit?: "token-limit" | "cost-limit" | "time-limit";
}
