import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffOrgs } from "#shared/org/diff.ts";
import { generateOrg } from "#shared/org/families.ts";
import type { Org } from "#shared/org/schema.ts";
import { diffText } from "#shared/org/text-diff.ts";
import { diffDrawing, plainDrawing } from "#renderer/design/versions/diff-drawing-view-model.ts";
import { condensed, diffSentence, fieldName, valueWords } from "#renderer/design/versions/diff-words-view-model.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

const draw = (before: Org, after: Org) => diffDrawing(before, after, diffOrgs(before, after));
const named = (org: Org, name: string) => org.agents.find((agent) => agent.name === name)?.id ?? "";

describe("two designs drawn as one", () => {
  it("shows every part of both once, and every line between boxes that are drawn", () => {
    const family = fc.record({
      family: fc.constantFrom("hierarchy", "hub", "random"),
      size: fc.integer({ min: 3, max: 9 }),
      seed: fc.nat(50),
    });
    const any = fc.oneof(
      arbitraryOrg({ agents: 5 }),
      family.map((spec) => generateOrg(spec as Parameters<typeof generateOrg>[0])),
    );
    fc.assert(
      fc.property(any, any, (before, after) => {
        const diff = diffOrgs(before, after);
        const { nodes, edges } = diffDrawing(before, after, diff);
        expect(nodes).toHaveLength(after.agents.length + diff.agents.removed.length);
        expect(edges).toHaveLength(after.handoffs.length + diff.handoffs.removed.length);
        const ids = new Set(nodes.map((node) => node.id));
        expect(ids.size).toBe(nodes.length);
        expect(new Set(edges.map((edge) => edge.id)).size).toBe(edges.length);
        for (const edge of edges) expect(ids.has(edge.source) && ids.has(edge.target)).toBe(true);
        const signs = (sign: string) => nodes.filter((node) => node.data.name.startsWith(`${sign} `)).length;
        expect([signs("+"), signs("−"), signs("~")]).toEqual([
          diff.agents.added.length,
          diff.agents.removed.length,
          diff.agents.changed.length,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it("draws what went beside whoever stands in its place now", () => {
    const before = testOrg("Lead>Writer");
    const after = testOrg("Lead>Editor", (org) => ({
      ...org,
      agents: org.agents.map((agent) => ({ ...agent, position: agent.name === "Editor" ? { x: 0, y: 0 } : { x: 900, y: 0 } })),
    }));
    const { nodes } = draw(before, after);
    const gone = nodes.find((node) => node.data.name === "− Writer");
    const editor = nodes.find((node) => node.data.name === "+ Editor");
    expect(gone?.className).toBe("diff-removed");
    expect(
      Math.abs((gone?.position.x ?? 0) - (editor?.position.x ?? 0)) >= 180 ||
        Math.abs((gone?.position.y ?? 0) - (editor?.position.y ?? 0)) >= 80,
    ).toBe(true);
  });

  it("says by sign, word and dash what colour says, to those who hear it too", () => {
    const before = testOrg("Lead>Analyst>Writer");
    const after: Org = {
      ...before,
      agents: before.agents.map((agent) => (agent.name === "Lead" ? { ...agent, role: "boss" } : agent)),
      handoffs: before.handoffs.slice(0, 1).map((handoff) => ({ ...handoff, relay: "verbatim" as const })),
    };
    const { nodes, edges } = draw(before, after);
    const lead = nodes.find((node) => node.id === named(after, "Lead"));
    expect(lead).toMatchObject({ className: "diff-changed", data: { name: "~ Lead", meta: "role" } });
    expect(lead?.ariaLabel).toMatch(/^Changed: Agent Lead/);
    const [changed, removed] = edges;
    expect(changed?.data).toMatchObject({ label: "~", detail: "what travels", dash: "" });
    expect(removed?.data).toMatchObject({ label: "−", detail: "removed", dash: "6 5", spoken: "Removed: Handoff from Analyst to Writer" });
  });

  it("leaves a design that did not change as it is", () => {
    const org = testOrg("Lead>Writer");
    expect(draw(org, org).nodes.map((node) => node.data.name)).toEqual(plainDrawing(org).nodes.map((node) => node.data.name));
    expect(draw(org, org).edges.every((edge) => edge.data?.label === "")).toBe(true);
  });
});

describe("differences in words", () => {
  it("are summed up in one sentence", () => {
    const before = testOrg("Lead>Analyst>Writer");
    const after = { ...testOrg("Lead>Analyst>Writer, Writer>Lead"), name: "Other", limits: { ...before.limits, rounds: 3 } };
    expect(diffSentence(diffOrgs(before, before))).toBe("The two designs say the same.");
    expect(diffSentence(diffOrgs(before, after))).toBe("1 handoff added; 2 settings of the org changed.");
    const moved = { ...before, agents: before.agents.map((agent) => ({ ...agent, position: { x: 5, y: 5 } })) };
    expect(diffSentence(diffOrgs(before, moved))).toBe("3 things moved.");
  });

  it("call fields and values by words that people use", () => {
    const org = testOrg("Lead>Writer");
    expect(fieldName(["settings", "maxOutputTokens"])).toBe("most output tokens");
    expect(fieldName(["defaults", "model"])).toBe("default model");
    expect(fieldName(["limits", "rounds"])).toBe("limit: rounds");
    expect(valueWords(named(org, "Writer"), ["target"], org)).toBe("Writer");
    expect(valueWords(["x", named(org, "Lead")], ["agents"], org)).toBe("x, Lead");
    expect(valueWords(null, ["model"], org)).toBe("the org’s default");
    expect(valueWords(undefined, ["colour"], org)).toBe("not set");
    expect(valueWords(true, ["memory"], org)).toBe("yes");
    expect(valueWords({ a: 1 }, ["mood"], org)).toBe('{"a":1}');
  });

  it("cut short what stayed and nothing of what changed", () => {
    const long = "All of this stays as it was. ".repeat(40);
    const segments = condensed(diffText(`${long}Keep calm.\n${long}`, `${long}Keep cool.\n${long}`));
    expect(segments.filter((each) => each.kind !== "same")).toEqual([
      { kind: "removed", text: "calm" },
      { kind: "added", text: "cool" },
    ]);
    expect(segments.map((each) => each.text).join("").length).toBeLessThan(300);
    expect(segments[0]?.text.endsWith("Keep ")).toBe(true);
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const all = diffText(before, after);
        expect(condensed(all).filter((each) => each.kind !== "same")).toEqual(all.filter((each) => each.kind !== "same"));
      }),
    );
  });
});
