import { describe, expect, it } from "vitest";
import { choicesSchema } from "#shared/rpc/contract.ts";
import { capsOf, choicesOf, type FormState, initialForm, offered } from "#renderer/state/experiment-form.ts";

const SERVER = { baseUrl: "http://localhost:11434", model: "some-model" };

const form = (change: Partial<FormState> = {}): FormState => ({ ...initialForm(SERVER), orgs: ["org_1"], suiteId: "relay", ...change });

describe("the choices of a new experiment", () => {
  it("can be sent as they are at first, where there is an org", () => {
    const choices = choicesOf(form());
    expect(choices).toMatchObject({
      orgs: ["org_1"],
      solos: ["one-shot"],
      suiteId: "relay",
      tasks: null,
      repeats: 5,
      connection: { kind: "simulated" },
      model: null,
      seed: 1,
    });
    expect(choicesSchema.safeParse(choices).success).toBe(true);
    expect(choicesOf(form({ orgs: [] }))).toBeNull();
  });

  it("cannot be sent without an org, a suite, a task or an address", () => {
    const cases = [
      form({ orgs: [] }),
      form({ suiteId: "" }),
      form({ tasks: [] }),
      form({ connection: "compatible", baseUrl: "localhost:11434" }),
      form({ connection: "compatible", baseUrl: "http://a b" }),
      form({ connection: "compatible", baseUrl: "" }),
      form({ connection: "compatible", ownModel: " " }),
    ];
    expect(cases.map(choicesOf)).toEqual(cases.map(() => null));
  });

  it("leaves the model to the org where none is named or the population answers", () => {
    expect(choicesOf(form({ connection: "anthropic", model: "  claude-x " }))?.model).toBe("claude-x");
    expect(choicesOf(form({ connection: "anthropic", model: "  " }))?.model).toBeNull();
    expect(choicesOf(form({ connection: "simulated", model: "claude-x" }))?.model).toBeNull();
    expect(choicesOf(form({ solos: [] }))?.solos).toEqual([]);
  });

  it("M12 asks for the solo arms that were chosen", () => {
    expect(choicesOf(form({ solos: ["role-play", "best-of-n"] }))?.solos).toEqual(["role-play", "best-of-n"]);
  });

  it("gives no one model where models are varied, and varies none where the population answers", () => {
    const variations: FormState["variations"] = [
      { kind: "model", values: ["a", "b"] },
      { kind: "memory", values: ["on", "off"] },
    ];
    expect(choicesOf(form({ connection: "compatible", ownModel: "", variations }))).toMatchObject({
      model: null,
      axes: ["model=a,b", "memory=on,off"],
    });
    expect(choicesOf(form({ connection: "anthropic", model: "one", variations }))?.model).toBeNull();
    expect(choicesOf(form({ connection: "simulated", variations }))?.axes).toEqual(["memory=on,off"]);
    expect(choicesOf(form({ connection: "compatible", ownModel: "", variations: [{ kind: "model", values: [] }] }))).toBeNull();
  });

  it("caps dollars on every connection that costs any", () => {
    const caps = (connection: FormState["connection"]) => capsOf(form({ connection, maxUsd: 2, maxOutputTokens: 900 }));
    expect([caps("anthropic"), caps("compatible")]).toEqual([
      { outputTokens: 900, usd: 2 },
      { outputTokens: 900, usd: 2 },
    ]);
    expect(caps("simulated")).toEqual({ outputTokens: 900, usd: null });
  });

  it.each(["http://localhost:11434", "http://localhost:11434/", "http://localhost:11434/v1", "http://localhost:11434/v1/"])(
    "takes the address %s as people copy it",
    (baseUrl) => {
      const choices = choicesOf(form({ connection: "compatible", baseUrl, ownModel: "llama" }));
      expect(choices?.connection).toEqual({ kind: "compatible", baseUrl: "http://localhost:11434", takesTemperature: true });
      expect(choicesSchema.safeParse(choices).success).toBe(true);
    },
  );
});

describe("another server that is offered", () => {
  const now = { baseUrl: "http://localhost:1234", model: "qwen3" };

  it("is taken over by fields that were not touched, and by no others", () => {
    expect(offered(form(), SERVER, now)).toEqual({ baseUrl: now.baseUrl, ownModel: now.model });
    expect(offered(form({ ownModel: "mine" }), SERVER, now)).toEqual({ baseUrl: now.baseUrl });
    expect(offered(form({ ownModel: "mine", baseUrl: "http://elsewhere" }), SERVER, now)).toEqual({});
  });

  it("names no model for the Anthropic API", () => expect(choicesOf(form({ connection: "anthropic" }))?.model).toBeNull());
});
