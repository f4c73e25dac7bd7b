import { describe, expect, it } from "vitest";
import { choicesOf, initialForm } from "#renderer/state/experiment-form.ts";
import { formLike } from "#renderer/state/form-like.ts";

describe("a form filled from an experiment", () => {
  it("asks for the same again", () => {
    const form = { ...initialForm({ baseUrl: "", model: "" }), orgs: ["o"], suiteId: "s", repeats: 3, seed: 9, tasks: ["t"] };
    const varied = {
      ...form,
      variations: [
        { kind: "relay" as const, edge: "a:b", values: ["paraphrase", "verbatim"] },
        { kind: "memory" as const, values: ["on", "off"] },
        { kind: "trait" as const, trait: "red-team" as const, values: ["0.25"] },
      ],
    };
    const asked = choicesOf(varied);
    if (!asked) throw new Error("cannot be sent");
    expect(choicesOf({ ...initialForm({ baseUrl: "", model: "" }), ...formLike(asked) })).toEqual(asked);
  });
});
