/** Owns what each simulated agent has told whom: the memory by which it writes again only when it has something new. */
import type { AssistantBlock } from "#shared/run/messages.ts";
import type { Knowledge } from "#main/models/simulated/learn.ts";

/** A call as the population's memory sees it. */
export interface Moment {
  agent: string;
  turn: number;
  call: number;
  draw: number;
}

/** What an agent told at one moment, and from which knowledge: an answer depends only on what came before it. */
interface Told extends Moment {
  recipients: ReadonlySet<string>;
  knowledge: Knowledge;
}

/**
 * What is said under draw 0 is a cell's own line. Another draw goes by that line wherever there is one, since this is what its
 * requests show, and by what it said itself where it has gone on alone, as a whole run under that draw does. Runs under several
 * draws that are open at once therefore need cells of their own.
 */
export class ToldMemory {
  #told = new Map<string, Told[]>();

  /** What each of a contact's messages before this moment was written from. */
  before(at: Moment, recipient: string): Knowledge[] {
    const earlier = (this.#told.get(at.agent) ?? []).filter((each) => isEarlier(each, at));
    const own = earlier.filter((each) => each.draw === 0);
    const line = earlier.filter((each) => each.draw === 0 || (each.draw === at.draw && !own.some((other) => isSameMoment(each, other))));
    return line.flatMap((each) => (each.recipients.has(recipient) ? [each.knowledge] : []));
  }

  /** Remembers what was told at one moment, in place of anything that the same draw told at that moment or later. */
  remember({ agent, turn, call, draw }: Moment, recipients: Iterable<string>, knowledge: Knowledge): void {
    const now: Told = { agent, turn, call, draw, recipients: new Set(recipients), knowledge };
    const kept = (this.#told.get(agent) ?? []).filter((each) => each.draw !== draw || isEarlier(each, now));
    this.#told.set(agent, [...kept, now]);
  }
}

function isEarlier(one: Moment, other: Moment): boolean {
  return one.turn < other.turn || (one.turn === other.turn && one.call < other.call);
}

function isSameMoment(one: Moment, other: Moment): boolean {
  return one.turn === other.turn && one.call === other.call;
}

/** What is known now and was not when the contact was last written to. */
export function newSince(now: Knowledge, before: readonly Knowledge[]): Knowledge {
  const most = (id: string) => Math.max(0, ...before.map((each) => each.held.get(id) ?? 0));
  return {
    held: new Map([...now.held].filter(([id, held]) => held > most(id))),
    contradicted: new Set([...now.contradicted].filter((id) => !before.some((each) => each.contradicted.has(id)))),
    asks: new Set([...now.asks].filter((id) => !before.some((each) => each.asks.has(id)))),
  };
}

export function isEmpty(knowledge: Knowledge): boolean {
  return knowledge.held.size === 0 && knowledge.contradicted.size === 0 && knowledge.asks.size === 0;
}

/** The names that an answer's send calls write to; what is not a list of names is nobody. */
export function namesWrittenTo(content: readonly AssistantBlock[]): string[] {
  return content.flatMap((block) => {
    if (block.type !== "tool_use" || block.name !== "send") return [];
    const to = (block.input as { to?: unknown } | null)?.to;
    return (Array.isArray(to) ? to : [to]).filter((name) => typeof name === "string");
  });
}
