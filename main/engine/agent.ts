/** Owns one agent while a run lasts: its contacts, its stable prefix, what it remembers. */
import { type Agent, type Org, resolvedSettings } from "#shared/org/schema.ts";
import { runnableHandoffs } from "#shared/org/graph.ts";
import {
  type AssistantBlock,
  type ModelMessage,
  type ModelRequest,
  sumOrNull,
  type TextBlock,
  type ToolResultBlock,
  type Usage,
  type UserBlock,
} from "#shared/run/messages.ts";
import type { RunMode } from "#main/engine/mode.ts";
import { type Contact, engineBlock, promptText, systemBlocks, toolSpecs } from "#main/engine/prompts.ts";

export interface AgentOptions {
  brief: string;
  mode: RunMode["kind"];
  takesTemperature: boolean;
  /** Whether prefixes that come again are marked for the API's prompt cache. */
  caches: boolean;
}

/** Characters to a token where nothing better is known: on the safe side for English, which has about four. */
const CHARS_PER_TOKEN = 3;

export class RunningAgent {
  readonly agent: Agent;
  readonly contacts: Contact[];
  turns = 0;
  /** Tokens of all its answers. */
  outputTokens = 0;
  #org: Org;
  #system: TextBlock[];
  #history: ModelMessage[] = [];
  /** How many messages there were when the turn began, before its first answer. */
  #shownUpTo = 0;
  /** Results of the last turn's tool calls: told at the start of the next request, since a turn ends without another call. */
  #pending: ToolResultBlock[] = [];
  #options: AgentOptions;
  /** What the last answer said of the length of the conversation up to it, and how many messages that was. */
  #known: { tokens: number; messages: number } | null = null;

  constructor(org: Org, agent: Agent, options: AgentOptions) {
    this.agent = agent;
    this.#org = org;
    this.#options = options;
    const agents = new Map(org.agents.map((each) => [each.id, each]));
    this.contacts = runnableHandoffs(org)
      .filter((edge) => edge.source === agent.id)
      .map((edge) => ({ edge, agent: agents.get(edge.target) as Agent }));
    this.#system = systemBlocks(org, agent, this.contacts, options.brief, options.mode);
    // Instructions and brief come again in each turn: cached, they cost a tenth or less of their price.
    const last = this.#system.at(-1);
    if (last && this.#comesAgain) this.#system[this.#system.length - 1] = { ...last, cache_control: EPHEMERAL };
  }

  get #comesAgain(): boolean {
    return this.#options.caches && (this.#options.mode === "org" || this.#options.mode === "budget");
  }

  /** Starts a turn with what the agent is shown; without memory everything earlier is forgotten first. */
  beginTurn(blocks: readonly TextBlock[]): void {
    this.turns += 1;
    if (!this.agent.memory) this.#forget();
    this.tell([...this.#pending, ...blocks]);
    this.#pending = [];
    this.#shownUpTo = this.#history.length;
  }

  #forget(): void {
    this.#history = [];
    this.#pending = [];
    this.#known = null;
  }

  /** Adds blocks to the user's side of the conversation. */
  tell(content: UserBlock[]): void {
    if (content.length === 0) return;
    const last = this.#history.at(-1);
    if (last?.role === "user") this.#history[this.#history.length - 1] = { role: "user", content: [...last.content, ...content] };
    else this.#history.push({ role: "user", content });
  }

  /** Counts what an answer took, whatever becomes of it: where the server does not say, the most that it can have been. */
  spent({ outputTokens }: Usage, { max_tokens }: ModelRequest): void {
    this.outputTokens += outputTokens ?? max_tokens;
  }

  /** Remembers the agent's own answer. */
  answered(content: AssistantBlock[], usage: Usage): void {
    if (content.length > 0) this.#history.push({ role: "assistant", content });
    const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
    const tokens = [inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens].reduce(sumOrNull, 0);
    this.#known = tokens === null ? null : { tokens, messages: this.#history.length };
  }

  /** Forgets this turn's own answers, since nothing of what they did came about; what the agent was shown stays. */
  takeBack(): void {
    this.#history = this.#history.slice(0, this.#shownUpTo);
    this.#known = null;
  }

  /** Keeps tool results for the next turn's first request. */
  keepForNextTurn(results: ToolResultBlock[]): void {
    this.#pending = results;
  }

  /** The next request; `last` leaves only the deliverable to hand back, `most` shortens the answer. */
  request(last: boolean, most = Number.POSITIVE_INFINITY): ModelRequest {
    return this.#requestOf(this.#marked(this.#history), last, most);
  }

  #requestOf(messages: ModelMessage[], last: boolean, most: number): ModelRequest {
    const { model, settings } = resolvedSettings(this.#org, this.agent);
    const { mode, takesTemperature } = this.#options;
    const toolless = mode === "one-shot" || mode === "best-of";
    return {
      model,
      max_tokens: Math.min(settings.maxOutputTokens, most),
      system: this.#system,
      messages,
      tools: toolless ? [] : toolSpecs(last ? [] : this.contacts, this.agent.delivers),
      ...(settings.effort ? { effort: settings.effort } : {}),
      ...(settings.thinking ? { thinking: settings.thinking } : {}),
      ...(takesTemperature && settings.temperature !== undefined ? { temperature: settings.temperature } : {}),
    };
  }

  /** An agent that remembers sends the same conversation again, so its end is marked: the next request reads up to there. */
  #marked(history: readonly ModelMessage[]): ModelMessage[] {
    const messages = [...history];
    const last = messages.at(-1);
    const block = last?.role === "user" ? last.content.at(-1) : undefined;
    if (!block || last?.role !== "user" || !this.#comesAgain || !this.agent.memory) return messages;
    messages[messages.length - 1] = { role: "user", content: [...last.content.slice(0, -1), { ...block, cache_control: EPHEMERAL }] };
    return messages;
  }

  /** About how many tokens the next request and its answer take: what the API counted last, the rest by its length. */
  tokensNeeded(): number {
    const { settings } = resolvedSettings(this.#org, this.agent);
    const known = this.#known;
    const fresh = known ? this.#history.slice(known.messages) : this.#history;
    const prefix = known ? known.tokens : this.#system.reduce((sum, block) => sum + tokensOf(block.text), 0) + TOOLS_TOKENS;
    return prefix + fresh.reduce((sum, message) => sum + messageTokens(message), 0) + settings.maxOutputTokens;
  }

  /**
   * The request for a summary of the oldest turns, and how many messages it covers; null where there is no earlier turn.
   * About half of what is remembered is summarised, so that it does not have to be done again at once. `most` shortens the answer.
   */
  summaryRequest(most = Number.POSITIVE_INFINITY): { request: ModelRequest; messages: number } | null {
    const half = this.#history.reduce((total, message) => total + messageTokens(message), 0) / 2;
    let sum = 0;
    let cut: number | undefined;
    for (const [index, message] of this.#history.entries()) {
      if (message.role === "user" && index > 0 && (cut === undefined || sum <= half)) cut = index;
      sum += messageTokens(message);
    }
    if (cut === undefined) return null;
    const ask: ModelMessage = { role: "user", content: [engineBlock("summarise")] };
    const request = this.#requestOf([...this.#history.slice(0, cut), ...afterToolCalls(this.#history[cut], ask)], false, most);
    return { request: { ...request, tool_choice: { type: "none" } }, messages: cut };
  }

  /** Puts a summary in the place of the first `messages` messages. */
  summarised(messages: number, summary: string): void {
    const rest = this.#history.slice(messages);
    const first = rest[0];
    // Results of tool calls that are no longer there have no place; what they said is in the summary.
    const kept = first?.role === "user" ? first.content.filter((block) => block.type !== "tool_result") : [];
    const block: TextBlock = { type: "text", text: promptText("summary", { summary }) };
    this.#history = [{ role: "user", content: [block, ...kept] }, ...rest.slice(1)];
    this.#shownUpTo = this.#history.length;
    this.#known = null;
  }
}

const EPHEMERAL = { type: "ephemeral" } as const;

/** About what our two tools and the API's own words about tools take. */
const TOOLS_TOKENS = 800;

/** After tool calls the API wants their results first: those of the next message come along with the request for a summary. */
function afterToolCalls(next: ModelMessage | undefined, ask: ModelMessage): ModelMessage[] {
  if (next?.role !== "user" || ask.role !== "user") return [ask];
  return [{ role: "user", content: [...next.content.filter((block) => block.type === "tool_result"), ...ask.content] }];
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

function messageTokens(message: ModelMessage): number {
  let chars = 0;
  for (const block of message.content) {
    if (block.type === "text") chars += block.text.length;
    else if (block.type === "tool_result") chars += block.content.length;
    else if (block.type === "tool_use") chars += JSON.stringify(block.input ?? null).length;
    else if (block.type === "thinking") chars += block.thinking.length;
  }
  return Math.ceil(chars / CHARS_PER_TOKEN);
}
