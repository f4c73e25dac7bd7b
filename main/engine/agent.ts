/** Owns one agent while a run lasts: its contacts, its stable prefix, what it remembers. */
import { type Agent, type Org, resolvedSettings } from "#shared/org/schema.ts";
import { runnableHandoffs } from "#shared/org/graph.ts";
import type { AssistantBlock, ModelMessage, ModelRequest, TextBlock, ToolResultBlock, UserBlock } from "#shared/run/messages.ts";
import { type Contact, systemTexts, toolSpecs } from "#main/engine/prompts.ts";

export interface AgentOptions {
  brief: string;
  solo: boolean;
  takesTemperature: boolean;
}

export class RunningAgent {
  readonly agent: Agent;
  readonly contacts: Contact[];
  turns = 0;
  #org: Org;
  #system: TextBlock[];
  #history: ModelMessage[] = [];
  /** Results of the last turn's tool calls: told at the start of the next request, since a turn ends without another call. */
  #pending: ToolResultBlock[] = [];
  #options: AgentOptions;

  constructor(org: Org, agent: Agent, options: AgentOptions) {
    this.agent = agent;
    this.#org = org;
    this.#options = options;
    const agents = new Map(org.agents.map((each) => [each.id, each]));
    this.contacts = runnableHandoffs(org)
      .filter((edge) => edge.source === agent.id)
      .map((edge) => ({ edge, agent: agents.get(edge.target) as Agent }));
    this.#system = systemTexts(org, agent, this.contacts, options.brief, options.solo).map((text) => ({ type: "text", text }));
  }

  /** Starts a turn with what the agent is shown; without memory everything earlier is forgotten first. */
  beginTurn(blocks: readonly string[]): void {
    this.turns += 1;
    if (!this.agent.memory) {
      this.#history = [];
      this.#pending = [];
    }
    this.tell([...this.#pending, ...blocks.map((text): TextBlock => ({ type: "text", text }))]);
    this.#pending = [];
  }

  /** Adds blocks to the user's side of the conversation. */
  tell(content: UserBlock[]): void {
    if (content.length === 0) return;
    const last = this.#history.at(-1);
    if (last?.role === "user") this.#history[this.#history.length - 1] = { role: "user", content: [...last.content, ...content] };
    else this.#history.push({ role: "user", content });
  }

  /** Remembers the agent's own answer. */
  answered(content: AssistantBlock[]): void {
    if (content.length > 0) this.#history.push({ role: "assistant", content });
  }

  /** Keeps tool results for the next turn's first request. */
  keepForNextTurn(results: ToolResultBlock[]): void {
    this.#pending = results;
  }

  /** The next request; `last` leaves only the deliverable to hand back. */
  request(last: boolean): ModelRequest {
    const { model, settings } = resolvedSettings(this.#org, this.agent);
    const { solo, takesTemperature } = this.#options;
    return {
      model,
      max_tokens: settings.maxOutputTokens,
      system: this.#system,
      messages: [...this.#history],
      tools: solo ? [] : toolSpecs(last ? [] : this.contacts, this.agent.delivers),
      ...(settings.effort ? { effort: settings.effort } : {}),
      ...(settings.thinking ? { thinking: settings.thinking } : {}),
      ...(takesTemperature && settings.temperature !== undefined ? { temperature: settings.temperature } : {}),
    };
  }
}
