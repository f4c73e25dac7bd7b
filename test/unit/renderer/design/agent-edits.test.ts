/** Owns the tests of changing several agents at once, and of what the inspector's number fields take. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps, invertOps } from "#shared/org/edit.ts";
import { EFFORTS, limitsSchema, type Org, orgSchema } from "#shared/org/schema.ts";
import { setAgents, setAgentsSetting, sharedOf, takeDefaults, valueOf } from "#renderer/design/inspector/agent-edits.ts";
import { CONTEXT_TOKENS, END_LIMITS, TURNS_AT_ONCE, withLimit } from "#renderer/design/inspector/limits.tsx";
import { readNumber } from "#renderer/design/inspector/number-field.tsx";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

const org = (): Org =>
  testOrg("A>B>C", (each) => ({
    ...each,
    agents: each.agents.map((agent, index) => ({
      ...agent,
      model: index === 0 ? "claude-opus-5" : null,
      memory: index !== 1,
      settings: index === 2 ? { temperature: 0.5, effort: "low" } : { effort: "low" },
      kept: index,
    })),
  }));

describe("several agents at once", () => {
  it("says what they have in common, and that they differ", () => {
    const { agents } = org();
    expect(sharedOf(agents, (agent) => agent.model)).toEqual({ mixed: true });
    expect(sharedOf(agents, (agent) => agent.memory)).toEqual({ mixed: true });
    expect(valueOf(sharedOf(agents, (agent) => agent.settings.effort))).toBe("low");
    expect(sharedOf(agents, (agent) => agent.settings.thinking)).toEqual({ mixed: false, value: undefined });
    expect(valueOf(sharedOf(agents.slice(0, 2), (agent) => agent.settings.temperature))).toBeNull();
  });

  it("sets a setting of all and leaves each its others", () => {
    const before = org();
    const after = applyOps(before, setAgentsSetting(before, ["agent_a", "agent_c"], "effort", "max").ops);
    expect(after.agents.map((agent) => agent.settings)).toEqual([
      { effort: "max" },
      { effort: "low" },
      { temperature: 0.5, effort: "max" },
    ]);
    expect(after.agents.map((agent) => agent.kept)).toEqual([0, 1, 2]);
  });

  it("gives the org's defaults back, and leaves a temperature of one's own", () => {
    const before = org();
    const after = applyOps(before, takeDefaults(before, ["agent_a", "agent_c"]).ops);
    expect(after.agents.map((agent) => [agent.model, agent.settings])).toEqual([
      [null, {}],
      [null, { effort: "low" }],
      [null, { temperature: 0.5 }],
    ]);
  });

  it("property: all chosen have it then, nobody else has changed, and one step back is the same design", () => {
    const change = fc.oneof(
      fc.record({ field: fc.constant("role" as const), value: fc.string({ maxLength: 20 }) }),
      fc.record({ field: fc.constant("memory" as const), value: fc.boolean() }),
      fc.record({ field: fc.constant("model" as const), value: fc.option(fc.constantFrom("m-1", "m-2")) }),
      fc.record({ field: fc.constant("effort" as const), value: fc.option(fc.constantFrom(...EFFORTS)) }),
      fc.record({ field: fc.constant("maxOutputTokens" as const), value: fc.option(fc.integer({ min: 1, max: 1_000_000 })) }),
    );
    const given = arbitraryOrg({ agents: 6 }).chain((each) =>
      fc.record({ org: fc.constant(each), ids: fc.subarray(each.agents.map((agent) => agent.id)), change }),
    );
    fc.assert(
      fc.property(given, ({ org: before, ids, change: { field, value } }) => {
        const isSetting = field === "effort" || field === "maxOutputTokens";
        const edit = isSetting ? setAgentsSetting(before, ids, field, value) : setAgents(ids, field, value as never);
        const after = applyOps(before, edit.ops);
        for (const [index, agent] of after.agents.entries()) {
          const has = isSetting ? (agent.settings[field] ?? null) : agent[field];
          if (ids.includes(agent.id)) expect(has).toEqual(value);
          else expect(agent).toBe(before.agents[index]);
        }
        expect(orgSchema.safeParse(after).success).toBe(true);
        expect(JSON.stringify(applyOps(after, invertOps(before, edit.ops)))).toBe(JSON.stringify(before));
      }),
    );
  });
});

describe("numbers that are typed", () => {
  it("are taken within bounds, emptied where that means something, and otherwise said to be wrong", () => {
    const bounds = { min: 1_000, max: 5_000, optional: true };
    expect(readNumber(2_000, bounds)).toEqual({ ok: true, value: 2_000 });
    expect(readNumber("", bounds)).toEqual({ ok: true, value: null });
    expect(readNumber("", { ...bounds, optional: false })).toEqual({ ok: false, why: "A number is needed." });
    expect(readNumber(2, bounds)).toEqual({ ok: false, why: "At least 1,000." });
    expect(readNumber(0, { min: 0.01, optional: true })).toEqual({ ok: false, why: "At least 0.01." });
    expect(readNumber(6_000, bounds)).toEqual({ ok: false, why: "At most 5,000." });
  });

  it.each([...END_LIMITS, TURNS_AT_ONCE, CONTEXT_TOKENS])("property: whatever the field $label takes, the design takes", (offer) => {
    const { min, max, decimals = 0 } = offer;
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -5, max: 3_000_000 }), fc.maxSafeInteger(), fc.constant(""), fc.constant(0)), (typed) => {
        const number = typed === "" ? typed : typed / 10 ** decimals;
        const read = readNumber(number, { min, optional: true, ...(max === undefined ? {} : { max }) });
        if (!read.ok) return;
        const limits = withLimit(limitsSchema.parse({}), offer, read.value);
        expect(limitsSchema.safeParse(limits).success).toBe(true);
        expect(limits[offer.field]).toBe(read.value === null ? null : read.value * offer.factor);
      }),
    );
    const at = withLimit(limitsSchema.parse({}), offer, min);
    expect(limitsSchema.safeParse(at).success).toBe(true);
  });
});
