/** Owns the tests of what an agent is sent: it must be what a real run sends, piece by piece. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Org, RELAYS } from "#shared/org/schema.ts";
import { textOf } from "#shared/run/prompt-part.ts";
import type { AgentPreview } from "#shared/rpc/org-types.ts";
import { PROMPT_TEXTS } from "#main/engine/prompts.ts";
import { previewAgent, sampleWords } from "#main/lab/preview.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";
import { lastUser, play, type Script, send } from "#test/support/scripted-model.ts";

const BRIEF = "Count the boxes. Never open one.";

function previewOf(org: Org, name: string, trait: Parameters<typeof previewAgent>[3] = null): AgentPreview {
  const preview = previewAgent(org, org.agents.find((each) => each.name === name)?.id ?? "", BRIEF, trait);
  if (!preview) throw new Error(`no preview of ${name}`);
  return preview;
}

/** What the preview says the first turn holds. */
function firstTurn({ start, inbox }: AgentPreview): string[] {
  if (start) return [textOf(start)];
  return inbox ? [textOf(inbox.header), ...inbox.messages.map((each) => textOf(each.blocks[each.relay]))] : [];
}

/** Plays a run in which each agent passes on the sample words in its first turn, and compares every agent's first request. */
async function expectAsPlayed(org: Org): Promise<number> {
  const contacts = (id: string) =>
    org.handoffs.filter((each) => each.source === id).map((each) => org.agents.find((agent) => agent.id === each.target)?.name ?? "");
  const script: Script = Object.fromEntries(
    org.agents.map(({ id, name }) => [name, contacts(id).length === 0 ? [] : [[send(contacts(id), sampleWords(name))]]]),
  );
  const { requests } = await play(org, script, { brief: BRIEF });
  for (const [name, asked] of Object.entries(requests)) {
    const preview = previewOf(org, name);
    expect(preview.system.map((parts) => textOf(parts))).toEqual(asked[0]?.system.map((block) => block.text));
    expect(preview.tools).toEqual(asked[0]?.tools);
    expect(preview.model).toBe(asked[0]?.model);
    expect(preview.maxOutputTokens).toBe(asked[0]?.max_tokens);
    expect(firstTurn(preview)).toEqual(lastUser(asked[0]));
  }
  return Object.keys(requests).length;
}

describe("what an agent is sent", () => {
  it("property: of a chain with any relays it is, for every agent, exactly what a run sends", async () => {
    const chain = fc.record({
      relays: fc.array(fc.constantFrom(...RELAYS), { minLength: 3, maxLength: 3 }),
      brief: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      role: fc.constantFrom("", "writer", "B"),
      instructions: fc.constantFrom("", "Plain.", "With {name} and {brief} in braces.", "===== End of message ====="),
    });
    await fc.assert(
      fc.asyncProperty(chain, async ({ relays, brief, role, instructions }) => {
        const org = testOrg("A>B>C>D", (each) => ({
          ...each,
          agents: each.agents.map((agent, index) => ({
            ...agent,
            role,
            instructions,
            receivesBrief: index === 0 || brief[index - 1] === true,
          })),
          handoffs: each.handoffs.map((handoff, index) => ({ ...handoff, relay: relays[index] ?? "paraphrase" })),
        }));
        expect(await expectAsPlayed(org)).toBe(4);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("property: of any org it is, for those who receive the brief, exactly what a run sends", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryOrg({ agents: 6 }), async (org) => {
        const entries = org.agents.filter((agent) => agent.receivesBrief);
        const only: Org = { ...org, limits: { ...org.limits, rounds: 1, outputTokens: null } };
        const { requests } = await play(only, {}, { brief: BRIEF });
        for (const { name } of entries) {
          const preview = previewOf(only, name);
          expect(preview.system.map((parts) => textOf(parts))).toEqual(requests[name]?.[0]?.system.map((block) => block.text));
          expect(preview.tools).toEqual(requests[name]?.[0]?.tools);
          expect(firstTurn(preview)).toEqual(lastUser(requests[name]?.[0]));
        }
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("of an org that branches holds the mail of those alone who can have written by then; the others come later", async () => {
    const org = testOrg("Partner>Manager,Partner>Analyst,Manager>Writer,Analyst>Writer,Analyst>Manager,Writer>Manager", (each) => ({
      ...each,
      agents: each.agents.map((agent) => ({ ...agent, receivesBrief: agent.name === "Partner" })),
      handoffs: each.handoffs.map((handoff) => ({ ...handoff, relay: "verbatim" as const })),
    }));
    expect(await expectAsPlayed(org)).toBe(4);
    const { inbox } = previewOf(org, "Manager");
    expect(inbox?.messages.map((each) => each.from)).toEqual(["Partner"]);
    expect(inbox?.later.map((each) => each.from)).toEqual(["Analyst", "Writer"]);
    expect(textOf(inbox?.header ?? [])).toContain("New messages: 1");
    expect(previewOf(org, "Writer").inbox?.messages.map((each) => each.from)).toEqual(["Manager", "Analyst"]);
  });

  it("marks whose words each piece is", () => {
    const { system } = previewOf(testOrg("Lead>Writer"), "Lead");
    const by = (owner: string) =>
      system
        .flat()
        .filter((part) => part.by === owner)
        .map((part) => part.text);
    expect(by("design")).toEqual(["Lead", "lead", "Test org", "Writer", "You are Lead."]);
    expect(by("brief")).toEqual([BRIEF]);
    expect(by("engine")).toContain("Your instructions:\n");
    expect(by("engine").join("")).not.toContain("You are Lead.");
  });

  it("shows each message by every relay, and marks what the engine puts around it", () => {
    const org = testOrg("Lead>Analyst>Writer", (each) => ({
      ...each,
      handoffs: each.handoffs.map((handoff) => ({ ...handoff, relay: "verbatim" as const })),
    }));
    const [message] = previewOf(org, "Writer").inbox?.messages ?? [];
    expect(message).toMatchObject({ from: "Analyst", relay: "verbatim" });
    const words = (relay: (typeof RELAYS)[number]) => textOf(message?.blocks[relay] ?? []);
    expect(words("paraphrase")).toContain(sampleWords("Analyst"));
    expect(words("paraphrase")).not.toContain(BRIEF);
    expect(words("paraphrase+brief")).toContain(BRIEF);
    // What the analyst was answering is the lead's message, which itself was sent word for word.
    expect(words("verbatim")).toContain(sampleWords("Lead"));
    expect(words("verbatim")).toContain(BRIEF);
    const engines = message?.blocks.paraphrase.filter((part) => part.by === "engine").map((part) => part.text);
    expect(engines).toEqual(["===== Message from Analyst =====\n", "\n===== End of message ====="]);
  });

  it("takes the variant's text where a trait is given, and the base text where there is none", () => {
    const org = testOrg("Lead>Writer", (each) => ({
      ...each,
      agents: each.agents.map((agent) => ({ ...agent, variants: { "red-team": `Contrary ${agent.name}.`, "goal-pressed": "  " } })),
    }));
    const instructions = (trait: "red-team" | "goal-pressed") => textOf(previewOf(org, "Lead", trait).system[1] ?? []);
    expect(instructions("red-team")).toContain("Contrary Lead.");
    expect(instructions("goal-pressed")).toContain("You are Lead.");
  });

  it("has no start for one without the brief, no mail for one to whom nobody writes, and nothing for one that is not there", () => {
    const org = testOrg("Lead>Writer");
    expect(previewOf(org, "Writer").start).toBeNull();
    expect(previewOf(org, "Lead").inbox).toBeNull();
    expect(textOf(previewOf(org, "Lead").start ?? [])).toBe(PROMPT_TEXTS.start);
    expect(previewAgent(org, "agent_gone", BRIEF, null)).toBeNull();
  });

  it("estimates more tokens for a longer brief", () => {
    const org = testOrg("Lead>Writer");
    const long = previewAgent(org, org.agents[0]?.id ?? "", BRIEF.repeat(100), null);
    expect(long?.tokens).toBeGreaterThan(previewOf(org, "Lead").tokens + 500);
  });
});
