/** Owns random orgs for property tests. */
import fc from "fast-check";
import { emptyOrg, newAgent, newHandoff } from "#shared/org/create.ts";
import { RELAYS, type Org } from "#shared/org/schema.ts";

export interface OrgShape {
  agents: number;
  /** Edges only from earlier to later agents. */
  acyclic?: boolean;
  paraphraseOnly?: boolean;
}

/** Orgs that can run: agent 0 has the brief, the last delivers, a chain holds them together, further edges and settings at random. */
export function arbitraryOrg({ agents, acyclic = false, paraphraseOnly = false }: OrgShape): fc.Arbitrary<Org> {
  return fc.integer({ min: 2, max: agents }).chain((count) => {
    const pairs = Array.from({ length: count * count }, (_, index) => [Math.floor(index / count), index % count] as const).filter(
      ([from, to]) => from !== to && (!acyclic || from < to),
    );
    return fc
      .record({
        extra: fc.subarray(pairs.filter(([from, to]) => to !== from + 1)),
        relays: fc.array(paraphraseOnly ? fc.constant("paraphrase" as const) : fc.constantFrom(...RELAYS), {
          minLength: pairs.length,
          maxLength: pairs.length,
        }),
        memory: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
        brief: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
        delivers: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
        rounds: fc.integer({ min: 1, max: 6 }),
        turnsPerAgent: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
        handoffs: fc.option(fc.integer({ min: 1, max: 12 }), { nil: null }),
        outputTokens: fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: null }),
      })
      .map((made) => {
        let org = emptyOrg("Random org", "test");
        for (let index = 0; index < count; index += 1)
          org = {
            ...org,
            agents: [
              ...org.agents,
              newAgent(org, {
                name: `Agent ${index}`,
                role: `role-${index % 3}`,
                instructions: "Work.",
                memory: made.memory[index] ?? true,
                receivesBrief: index === 0 || (made.brief[index] === true && index % 2 === 1),
                delivers: index === count - 1 || (made.delivers[index] === true && index % 3 === 2),
              }),
            ],
          };
        const ids = org.agents.map((agent) => agent.id);
        const chain = ids.slice(1).map((_, index) => [index, index + 1] as const);
        for (const [index, [from, to]] of [...chain, ...made.extra].entries())
          org = {
            ...org,
            handoffs: [
              ...org.handoffs,
              { ...newHandoff(org, ids[from] as string, ids[to] as string), relay: made.relays[index] ?? "paraphrase" },
            ],
          };
        return {
          ...org,
          limits: {
            ...org.limits,
            rounds: made.rounds,
            turnsPerAgent: made.turnsPerAgent,
            handoffs: made.handoffs,
            outputTokens: made.outputTokens,
          },
        };
      });
  });
}
