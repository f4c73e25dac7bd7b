/** Owns showing what an agent is sent before anything runs: the engine's own functions on a sample inbox, never a copy of their words. */
import { runnableHandoffs } from "#shared/org/graph.ts";
import { type Agent, type Handoff, isRelay, type Org, type Relay, RELAYS, type Trait } from "#shared/org/schema.ts";
import type { AgentPreview, SampleMessage } from "#shared/rpc/org-types.ts";
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
  const soonest = firstWriters(org, agent, steps);
  const { messages, later } = sampleInbox(org, agent, brief, steps, soonest);
  // What is written in a round is shown in the next.
  const header = promptParts("inbox", { round: String((soonest ?? 0) + 2), count: String(messages.length) });
  running.beginTurn(firstTurn(start, header, messages).map((parts) => ({ type: "text", text: textOf(parts) })));
  const request = running.request(false);
  return {
    promptsVersion: PROMPTS_VERSION,
    model: request.model,
    maxOutputTokens: request.max_tokens,
    system: systemParts(org, agent, running.contacts, brief, "org"),
    tools: request.tools,
    start,
    inbox: messages.length === 0 ? null : { header, messages, later },
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

/** How many steps from the brief those are who can write to an agent first; null where nobody who can be reached does. */
function firstWriters(org: Org, agent: Agent, steps: ReadonlyMap<string, number>): number | null {
  const senders = runnableHandoffs(org).filter((each) => each.target === agent.id && isRelay(each.relay));
  const soonest = Math.min(...senders.map((each) => steps.get(each.source) ?? Infinity));
  return Number.isFinite(soonest) ? soonest : null;
}

/**
 * A message by each handoff to the agent, in the order of the design: those of its first mail, and those of whom nothing can
 * have come by then. Where nobody who writes to it can be reached, all count as its first.
 */
function sampleInbox(
  org: Org,
  agent: Agent,
  brief: string,
  steps: ReadonlyMap<string, number>,
  soonest: number | null,
): { messages: SampleMessage[]; later: SampleMessage[] } {
  const handoffs = runnableHandoffs(org).filter((each) => each.target === agent.id && isRelay(each.relay));
  const sample = (handoff: Handoff): SampleMessage => {
    const sender = nameOf(org, handoff.source);
    const answering = answeringOf(org, handoff.source, brief, steps);
    const block = (relay: Relay) => shownBlockParts({ from: sender, written: sampleWords(sender), relay, brief, answering });
    const blocks = Object.fromEntries(RELAYS.map((relay) => [relay, block(relay)])) as Record<Relay, PromptPart[]>;
    return { handoffId: handoff.id, from: sender, relay: handoff.relay as Relay, blocks };
  };
  const first = (handoff: Handoff) => soonest === null || steps.get(handoff.source) === soonest;
  return {
    messages: handoffs.filter(first).map(sample),
    later: handoffs.filter((handoff) => !first(handoff)).map(sample),
  };
}

/** What a sender would have been shown in its first turn: nothing but the brief, or the first mail that came to it. */
function answeringOf(org: Org, senderId: string, brief: string, steps: ReadonlyMap<string, number>): string[] {
  const at = steps.get(senderId) ?? 0;
  if (at === 0) return [];
  const before = runnableHandoffs(org).filter(
    (each) => each.target === senderId && isRelay(each.relay) && steps.get(each.source) === at - 1,
  );
  return before.map((each) => {
    const from = nameOf(org, each.source);
    // Only a handoff that is word for word shows what was answered; others need not be looked into.
    const answering = each.relay === "verbatim" ? answeringOf(org, each.source, brief, steps) : [];
    return shownBlock({ from, written: sampleWords(from), relay: each.relay as Relay, brief, answering });
  });
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
