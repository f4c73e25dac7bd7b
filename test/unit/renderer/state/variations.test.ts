import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Variable } from "#shared/rpc/experiment-types.ts";
import { readAxis } from "#main/lab/arms/axes.ts";
import {
  addable,
  armCount,
  armSum,
  axisTexts,
  EFFORT_CHOICES,
  MEMORY_CHOICES,
  RELAY_CHOICES,
  stillPossible,
  type Variation,
} from "#renderer/state/variations.ts";

const VARIABLE: Variable = {
  edges: [
    { value: "handoff_a_b", label: "A → B" },
    { value: "handoff_b_c", label: "B → C" },
  ],
  handoffs: [],
  roles: [],
  traits: [
    {
      trait: "red-team",
      shares: [
        { value: "0", label: "none" },
        { value: "0.3333", label: "1 of 3" },
      ],
    },
  ],
};

const values = (choices: readonly { value: string }[]) =>
  fc.subarray(
    choices.map((each) => each.value),
    { minLength: 1 },
  );
const variation: fc.Arbitrary<Variation> = fc.oneof(
  fc.record({
    kind: fc.constant("relay" as const),
    edge: fc.constantFrom("handoff_a_b", "Lead → Writer", "A=B → C"),
    values: values(RELAY_CHOICES),
  }),
  fc.record({ kind: fc.constant("effort" as const), values: values(EFFORT_CHOICES) }),
  fc.record({ kind: fc.constant("memory" as const), values: values(MEMORY_CHOICES) }),
  fc.record({ kind: fc.constant("model" as const), values: fc.subarray(["claude-x", "qwen3:8b", "hf.co/a/b:Q4"], { minLength: 1 }) }),
  fc.record({
    kind: fc.constant("trait" as const),
    trait: fc.constantFrom("red-team" as const, "goal-pressed" as const),
    values: values(VARIABLE.traits[0]?.shares ?? []),
  }),
);

describe("what is varied in a new experiment", () => {
  it("is always written so that the lab reads it, with as many values as were chosen", () => {
    fc.assert(
      fc.property(variation, (each) => {
        const [text, ...more] = axisTexts([each]);
        expect(more).toEqual([]);
        const axis = readAxis(text ?? "");
        expect(axis.ok && axis.value.kind).toBe(each.kind);
        expect(axis.ok && axis.value.values.length).toBe(each.values.length);
      }),
    );
  });

  it("leaves out what has no value yet, and multiplies the rest", () => {
    const relay: Variation = { kind: "relay", edge: "handoff_a_b", values: ["paraphrase", "verbatim"] };
    const effort: Variation = { kind: "effort", values: ["low", "medium", "high"] };
    const model: Variation = { kind: "model", values: [] };
    expect(axisTexts([relay, model])).toEqual(["relay:handoff_a_b=paraphrase,verbatim"]);
    expect(armCount([relay, effort, model], 1)).toBe(6);
    expect(armSum([relay, effort, model], 1)).toBe("2 × 3 = 6");
    expect(armSum([relay, effort], 2)).toBe("2 × 2 × 3 = 12");
    expect([armSum([relay], 1), armSum([], 3)]).toEqual(["", ""]);
  });

  it("offers each thing once, every handoff once, and models only where models are asked", () => {
    const kinds = (found: readonly Variation[]) => found.map((each) => each.kind);
    const first = addable([], VARIABLE, false);
    expect(kinds(first)).toEqual(["relay", "effort", "memory"]);
    expect(kinds(addable([], VARIABLE, true))).toContain("model");
    const second = addable(first, VARIABLE, false);
    expect(second).toEqual([{ kind: "relay", edge: "handoff_b_c", values: ["paraphrase", "verbatim"] }]);
    expect(addable([...first, ...second], VARIABLE, false)).toEqual([]);
  });

  it("drops what other orgs do not have, and keeps the rest", () => {
    const chosen: Variation[] = [
      { kind: "relay", edge: "handoff_a_b", values: ["verbatim"] },
      { kind: "trait", trait: "red-team", values: ["0", "0.3333"] },
      { kind: "effort", values: ["low"] },
    ];
    expect(stillPossible(chosen, VARIABLE)).toEqual(chosen);
    const shares = [{ value: "0", label: "none" }];
    expect(stillPossible(chosen, { edges: [], handoffs: [], roles: [], traits: [{ trait: "red-team", shares }] })).toEqual([
      { kind: "trait", trait: "red-team", values: ["0"] },
      { kind: "effort", values: ["low"] },
    ]);
    expect(stillPossible(chosen, { edges: [], handoffs: [], roles: [], traits: [] })).toEqual([{ kind: "effort", values: ["low"] }]);
  });
});
