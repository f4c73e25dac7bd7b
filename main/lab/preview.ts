/** Owns showing what an agent is sent before anything runs: the engine's own functions on a sample inbox, never a copy of their words. */
import { runnableHandoffs } from "#shared/org/graph.ts";
import { type Agent, type Handoff, isRelay, type Org, type Relay, RELAYS, type Trait } from "#shared/org/schema.ts";
import type { AgentPreview, SampleMessage } from "#shared/rpc/types.ts";
import { type PromptPart, textOf } from "#shared/run/prompt-part.ts";
import { RunningAgent } from "#main/engine/agent.ts";
import { promptParts, PROMPTS_VERSION, shownBlock, shownBlockParts, systemParts } from "#main/engine/prompts.ts";
import { variantOf } from "#main/lab/arms/traits.ts";
import { estimateInputTokens } from "#main/models/windows.ts";

/** What stands where a colleague's words will: nobody has written anything yet. */
export function sampleWords(from: string): string {
  return `[Here stands what ${from} writes.]`;
}

/**
 * What an agent's first request holds; null where the design has no such agent. An agent that receives the brief is asked
 * at the start, another when mail comes. With a trait whose variant it has, that takes the place of its instructions, as
 * in an experiment.
 */
export function previewAgent(design: Org, agentId: string, brief: string, trait: Trait | null): AgentPreview | null {
  const org = trait === null ? design : { ...design, agents: design.agents.map((each) => withTrait(each, trait)) };
  const agent = org.agents.find((each) => each.id === agentId);
  if (!agent) return null;
  const running = new RunningAgent(org, agent, { brief, mode: "org", takesTemperature: false, caches: false });
  const start = agent.receivesBrief ? promptParts("start") : null;
  const steps = stepsFromBrief(org);
  const messages = sampleInbox(org, agent, brief, steps);
  const header = promptParts("inbox", { round: String(firstMail(org, agent, steps)), count: String(messages.length) });
  running.beginTurn(firstTurn(start, header, messages).map((parts) => ({ type: "text", text: textOf(parts) })));
  const request = running.request(false);
  return {
    promptsVersion: PROMPTS_VERSION,
    model: request.model,
    maxOutputTokens: request.max_tokens,
    system: systemParts(org, agent, running.contacts, brief, "org"),
    tools: request.tools,
    start,
    inbox: messages.length === 0 ? null : { header, messages },
    tokens: estimateInputTokens(request),
  };
}

function withTrait(agent: Agent, trait: Trait): Agent {
  const instructions = variantOf(agent, trait);
  return instructions === null ? agent : { ...agent, instructions };
}

function firstTurn(start: PromptPart[] | null, header: PromptPart[], messages: readonly SampleMessage[]): PromptPart[][] {
  if (start) return [start];
  return messages.length === 0 ? [] : [header, ...messages.map((each) => each.blocks[each.relay])];
}

/** The first round in which mail can reach an agent: what is written in a round is shown in the next. */
function firstMail(org: Org, agent: Agent, steps: ReadonlyMap<string, number>): number {
  const senders = runnableHandoffs(org).filter((each) => each.target === agent.id);
  const soonest = Math.min(...senders.map((each) => steps.get(each.source) ?? Infinity));
  return Number.isFinite(soonest) ? soonest + 2 : 2;
}

/** One message from each who can write to the agent, in the order of the design. */
function sampleInbox(org: Org, agent: Agent, brief: string, steps: ReadonlyMap<string, number>): SampleMessage[] {
  const handoffs = runnableHandoffs(org).filter((each) => each.target === agent.id && isRelay(each.relay));
  return handoffs.map((handoff) => {
    const sender = nameOf(org, handoff.source);
    const answering = answeringOf(org, handoff.source, brief, steps);
    const block = (relay: Relay) => shownBlockParts({ from: sender, written: sampleWords(sender), relay, brief, answering });
    const blocks = Object.fromEntries(RELAYS.map((relay) => [relay, block(relay)])) as Record<Relay, PromptPart[]>;
    return { handoffId: handoff.id, from: sender, relay: handoff.relay, blocks };
  });
}

/** What a sender would have been shown: nothing but the brief, or the message that came to it by the shortest way from the brief. */
function answeringOf(org: Org, senderId: string, brief: string, steps: ReadonlyMap<string, number>): string[] {
  const at = steps.get(senderId) ?? 0;
  const before = at === 0 ? undefined : runnableHandoffs(org).find((each) => each.target === senderId && steps.get(each.source) === at - 1);
  if (!before) return [];
  const from = nameOf(org, before.source);
  const answering = answeringOf(org, before.source, brief, steps);
  return [shownBlock({ from, written: sampleWords(from), relay: before.relay, brief, answering })];
}

/** Handoffs on the shortest way from the brief, by agent; those that cannot be reached are left out. */
function stepsFromBrief(org: Org): Map<string, number> {
  const edges: Handoff[] = runnableHandoffs(org).filter((each) => isRelay(each.relay));
  const steps = new Map(org.agents.filter((each) => each.receivesBrief).map((each) => [each.id, 0]));
  for (let queue = [...steps.keys()], id = queue.shift(); id !== undefined; id = queue.shift())
    for (const { source, target } of edges) {
      if (source !== id || steps.has(target)) continue;
      steps.set(target, (steps.get(id) ?? 0) + 1);
      queue.push(target);
    }
  return steps;
}

function nameOf(org: Org, id: string): string {
  return org.agents.find((each) => each.id === id)?.name ?? id;
}
