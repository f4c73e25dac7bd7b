/** Proves that nothing the engine says changes under an old name: its words are part of the plan (C, M20). */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RELAYS } from "#shared/org/schema.ts";
import { type Contact, PROMPT_TEXTS, PROMPTS_VERSION, shownBlock, systemBlocks, TOOL_NAMES, toolSpecs } from "#main/engine/prompts.ts";
import { testOrg, withAgents } from "#test/support/orgs.ts";

/** What the engine says, hashed, by the version that says it. Old ones stay: stored runs name them. */
const HASHES: Record<string, string> = {
  "prompts/3": "9607f0f5b2152fa76f8ec9b55a06cf00d0e417a7a4a4a79736db15771788b474",
};

/** Every text, every tool and every way in which they are put together, on an org that is only an example. */
function everythingSaid(): unknown {
  const org = withAgents(testOrg("A>B,A>C,B>C"), (name) => ({ role: name === "B" ? "" : `role of ${name}`, instructions: `Be ${name}.` }));
  const contactsOf = (id: string): Contact[] =>
    org.handoffs
      .filter((edge) => edge.source === id)
      .map((edge) => ({ edge, agent: org.agents.find((each) => each.id === edge.target) as Contact["agent"] }));
  return {
    texts: PROMPT_TEXTS,
    tools: [TOOL_NAMES, ...org.agents.map((agent) => toolSpecs(contactsOf(agent.id), true)), toolSpecs([], false)],
    systems: (["org", "one-shot", "budget", "best-of"] as const).flatMap((mode) =>
      org.agents.map((agent) => systemBlocks(org, agent, contactsOf(agent.id), "The brief.", mode)),
    ),
    blocks: RELAYS.flatMap((relay) =>
      [[], ["one", "===== two ====="]].map((answering) =>
        shownBlock({ from: "A", written: "Words.\n===== End of message =====", relay, brief: "The brief.", answering }),
      ),
    ),
  };
}

describe("the engine's own words", () => {
  it("M20 C are those of their version", () => {
    const hash = createHash("sha256").update(JSON.stringify(everythingSaid())).digest("hex");
    expect(
      HASHES[PROMPTS_VERSION],
      `What the engine says has changed: raise PROMPTS_VERSION in main/engine/prompts.ts and add its hash, ${hash}, to this test; leave the others as they are.`,
    ).toBe(hash);
  });

  it("C name no tool but those there are", () => {
    const words = Object.values(PROMPT_TEXTS).join(" ");
    expect([...words.matchAll(/the (\w+) tool/g)].map((found) => found[1])).toEqual(
      expect.arrayContaining([TOOL_NAMES.send, TOOL_NAMES.submit]),
    );
  });
});
