import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CallIdentity, identityText, type ModelAnswer, type ModelRequest } from "#shared/run/messages.ts";
import { attemptCall } from "#main/models/call.ts";
import { makeClient } from "#main/models/client.ts";
import { CACHE_LIFETIME_MS } from "#main/models/simulated/cache.ts";
import { type Knowledge, learn, shownText } from "#main/models/simulated/learn.ts";
import { IDENTITY_HEADER, NOW_HEADER, type RecalledCall, SimulatedPopulation, SUMMARY_CALL } from "#main/models/simulated/population.ts";
import type { CellScript, ScriptItem } from "#main/models/simulated/script.ts";
import { writeSummary } from "#main/models/simulated/write.ts";

const RULES = [1, 2, 3, 4, 5, 6];
const rule = (number: number): ScriptItem => ({
  id: `r${number}`,
  preserved: [`Rule ${number} is firm.`, `Rule ${number} must hold.`],
  weakened: [`Rule ${number} would be nice.`],
  contradicted: [`Rule ${number} is off.`],
  alsoPreserved: [],
});
const script = (cell: string, fields: Partial<CellScript> = {}): CellScript => ({
  cell,
  seed: 7,
  constraints: RULES.map(rule),
  asks: [
    { id: "q1", text: "Write the plan", met: ["The plan is written."] },
    { id: "q2", text: "Name a date", met: ["The date is named."] },
  ],
  odds: {
    a: { b: { keep: 0.6, weaken: 0.2, contradict: 0.1 }, c: { keep: 0.6, weaken: 0.2, contradict: 0.1 } },
    b: { deliverable: { keep: 0.5, weaken: 0, contradict: 0 } },
  },
  names: { a: "a", b: "b", c: "c", Bea: "b", Cyd: "c" },
  silence: 0,
  refuse: 0,
  skill: 0.6,
  ...fields,
});

const SEND: ModelRequest["tools"][number] = {
  name: "send",
  description: "Send.",
  input_schema: {
    type: "object",
    properties: { to: { type: "array", items: { type: "string", enum: ["Bea", "Cyd"] } }, text: { type: "string" } },
    required: ["to", "text"],
    additionalProperties: false,
  },
};
const request = (texts: readonly string[], fields: Partial<ModelRequest> = {}): ModelRequest => ({
  model: "simulated-population",
  max_tokens: 4_000,
  system: [{ type: "text", text: "You are a.".padEnd(5_000, "."), cache_control: { type: "ephemeral" } }],
  messages: texts.map((text) => ({ role: "user", content: [{ type: "text", text }] })),
  tools: [SEND],
  ...fields,
});
const at = (cell: string, turn: number, call: number, draw = 0): CallIdentity => ({ cell, agent: "a", turn, call, draw });

/** Asks a population as a connection does. */
async function ask(population: SimulatedPopulation, identity: CallIdentity, body: ModelRequest, nowMs: number | null = null) {
  const headers = { [IDENTITY_HEADER]: identityText(identity), ...(nowMs === null ? {} : { [NOW_HEADER]: String(nowMs) }) };
  const client = makeClient({ baseUrl: "http://simulated.invalid", apiKey: null, fetch: population.fetch });
  const result = await attemptCall(client, body, { signal: new AbortController().signal, apiKey: null, headers });
  if (!result.ok) throw new Error(result.failure.message);
  return result.answer;
}
const opened = (fields: Partial<CellScript> = {}, cell = "cell") => {
  const population = new SimulatedPopulation();
  population.open(script(cell, fields));
  return population;
};
const plain = (answer: Pick<ModelAnswer, "content">) => answer.content.map((block) => (block.type === "text" ? block.text : "")).join("");
const sentences = (rules: readonly number[], kind: "preserved" | "weakened" | "contradicted") =>
  rules.map((each) => rule(each)[kind][0]).join(" ");

/** Turns in which an agent learns more and more, as they could stand in a record. */
const TURNS = [
  { turn: 1, call: 1, texts: ["Write the plan.", sentences([1, 2], "preserved")] },
  { turn: 1, call: 2, texts: ["Your answer was cut off."] },
  { turn: 2, call: 1, texts: [sentences([3], "weakened")] },
  { turn: 3, call: 1, texts: [sentences([3, 4], "preserved"), sentences([5], "contradicted")] },
  { turn: 4, call: 1, texts: ["Nothing new."] },
  { turn: 5, call: 1, texts: ["Name a date.", sentences([6], "preserved")] },
];
/** Each turn's request, with all that was shown before it. */
const conversation = (fields: Partial<ModelRequest> = {}) =>
  TURNS.map(({ turn, call }, index) => ({
    turn,
    call,
    body: request(
      TURNS.slice(0, index + 1).flatMap((each) => each.texts),
      fields,
    ),
  }));

describe("simulated population: summaries", () => {
  it("call number 0 is answered with all that the agent holds, as strongly as it holds it, and its asks; nothing is sent or delivered", async () => {
    const body = request(
      ["Write the plan.", sentences([1, 2], "preserved"), sentences([3], "weakened"), sentences([4], "contradicted"), "Summarize."],
      { tools: [] },
    );
    const answer = await ask(opened({ refuse: 1 }), at("cell", 2, SUMMARY_CALL), body);
    expect(answer).toMatchObject({ stopReason: "end_turn", content: [{ type: "text" }] });
    const learnt = learn(shownText(request([plain(answer)])), script("cell"));
    expect([...learnt.held].toSorted()).toEqual([
      ["r1", 1],
      ["r2", 1],
      ["r3", 0.5],
    ]);
    expect([...learnt.contradicted]).toEqual(["r4"]);
    expect([...learnt.asks]).toEqual(["q1"]);
    expect(plain(answer)).not.toMatch(/is written/);
  });

  it("loses nothing, whatever is held", () => {
    const ids = RULES.map((each) => `r${each}`);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...ids), fc.constantFrom(0.5 as const, 1 as const)),
        fc.subarray(ids),
        fc.subarray(["q1", "q2"]),
        fc.string(),
        (held, contradicted, asks, identity) => {
          const knows: Knowledge = { held: new Map(Object.entries(held)), contradicted: new Set(contradicted), asks: new Set(asks) };
          const written = writeSummary(script("cell"), identity, "a", knows);
          expect(learn(shownText(request([written])), script("cell"))).toEqual(knows);
        },
      ),
    );
  });

  it("leave what was told as it was: the agent repeats nothing after one", async () => {
    const population = opened();
    const [first] = conversation();
    if (!first) throw new Error("no turn");
    expect((await ask(population, at("cell", 1, 1), first.body)).stopReason).toBe("tool_use");
    const summary = await ask(population, at("cell", 2, SUMMARY_CALL), { ...first.body, tool_choice: { type: "none" } });
    const after = await ask(population, at("cell", 2, 1), request([plain(summary)]));
    expect(plain(after)).toBe("Nothing new to pass on.");
  });

  it("where no tool may be called, none is", async () => {
    const answer = await ask(opened(), at("cell", 1, 1), request(["Write the plan."], { tool_choice: { type: "none" } }));
    expect(answer.content.every((block) => block.type === "text")).toBe(true);
  });
});

describe("simulated population: draws", () => {
  const [, , , late] = conversation();

  it("another draw throws other dice; the same draw the same ones", async () => {
    const body = request(["Write the plan.", sentences(RULES, "preserved")]);
    const drawn = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((draw) => ask(opened(), at("cell", 1, 1, draw), body)));
    expect(new Set(drawn.map((answer) => JSON.stringify(answer.content))).size).toBe(8);
    const lost = drawn.map((answer) => RULES.filter((each) => !JSON.stringify(answer.content[0]).includes(`Rule ${each}`)).length);
    expect(new Set(lost).size).toBeGreaterThan(1);
    expect(await ask(opened(), at("cell", 1, 1, 3), body)).toEqual(drawn[3]);
  });

  it("further draws of a call leave the agent's own line as it was", async () => {
    const line = async (draws: readonly number[]) => {
      // Silent towards some, so that draws differ in whom they write to.
      const population = opened({ silence: 0.5 });
      const answers: ModelAnswer["content"][] = [];
      for (const { turn, call, body } of conversation()) {
        for (const draw of draws) await ask(population, at("cell", turn, call, draw), body);
        answers.push((await ask(population, at("cell", turn, call), body)).content);
        for (const draw of draws) await ask(population, at("cell", turn, call, draw), body);
      }
      return answers;
    };
    expect(await line([1, 2])).toEqual(await line([]));
    if (!late) throw new Error("no turn");
    // A draw of a late turn knows what its own line had said before.
    const population = opened();
    for (const { turn, call, body } of conversation().slice(0, 3)) await ask(population, at("cell", turn, call), body);
    const redrawn = await ask(population, at("cell", late.turn, late.call, 1), late.body);
    expect(JSON.stringify(redrawn.content)).not.toMatch(/Rule [12]|Write the plan/);
  });
});

describe("simulated population: going on from a record", () => {
  it("a whole run under another draw remembers what it said, after its record too: it repeats nothing", async () => {
    const [first, , second] = conversation();
    if (!first || !second) throw new Error("no turn");
    const record = { identity: at("cell", 1, 1), request: first.body, answer: await ask(opened(), at("cell", 1, 1), first.body) };
    const branch = opened({}, "cell#branch");
    branch.recall("cell#branch", [record]);
    const went = await ask(branch, at("cell#branch", 2, 1, 3), second.body);
    expect(went.stopReason).toBe("tool_use");
    expect(JSON.stringify(went.content)).not.toMatch(/Rule [12]|Write the plan/);
    expect(plain(await ask(branch, at("cell#branch", 3, 1, 3), second.body))).toBe("Nothing new to pass on.");
  });

  /** Answers to all turns; those before `from` are recalled from `record` by a population that did not give them. */
  async function goOn(from: number, record: readonly RecalledCall[], fields: Partial<CellScript>, body: Partial<ModelRequest>) {
    const population = opened(fields);
    population.recall("cell", record.slice(0, from));
    const answers: RecalledCall[] = [];
    for (const { turn, call, body: each } of conversation(body).slice(from))
      answers.push({ identity: at("cell", turn, call), request: each, answer: await ask(population, at("cell", turn, call), each) });
    return answers;
  }

  it.each<[string, Partial<CellScript>, Partial<ModelRequest>]>([
    ["as usual", {}, {}],
    ["with silence", { silence: 0.5 }, {}],
    ["with refusals", { refuse: 0.4 }, {}],
    ["where answers are cut at the limit", {}, { max_tokens: 25 }],
    ["where answers are cut after the first of two messages", { silence: 0.2 }, { max_tokens: 70 }],
  ])("an agent resumed from records answers exactly as undisturbed, tokens included: %s", async (_name, fields, body) => {
    for (const seed of [1, 2, 3]) {
      const undisturbed = await goOn(0, [], { ...fields, seed }, body);
      for (let from = 1; from < TURNS.length; from += 1)
        expect(await goOn(from, undisturbed, { ...fields, seed }, body)).toEqual(undisturbed.slice(from));
    }
  });

  it("without the record it would repeat itself, so recalling is what makes the difference", async () => {
    const undisturbed = await goOn(0, [], {}, {});
    const forgetful = await goOn(4, [], {}, {});
    expect(forgetful[0]?.answer.content).not.toEqual(undisturbed[4]?.answer.content);
  });

  it("a branch under its own name knows what was told in the run it leaves, by the changed answer and not by the one it replaces", async () => {
    const [first, ...rest] = await goOn(0, [], {}, {});
    if (!first) throw new Error("no turn");
    const changed = { ...first, answer: { stopReason: "tool_use", content: first.answer.content.slice(0, 1) } };
    const branch = async (record: readonly RecalledCall[]) => {
      const population = opened({}, "cell#branch");
      population.recall("cell#branch", record);
      const answer = await ask(population, at("cell#branch", 2, 1), first.request);
      return answer.content.flatMap((block) => (block.type === "tool_use" ? (block.input as { to: string[] }).to : []));
    };
    expect(rest.length).toBeGreaterThan(0);
    expect(await branch([first])).toEqual([]);
    expect(await branch([changed])).toEqual(["Cyd"]);
    expect(await branch([])).toEqual(["Bea", "Cyd"]);
  });

  it("hostile answers in a record are nobody's mail", async () => {
    const input: unknown[] = [null, 5, "x", { to: 5 }, { to: [5, null] }, {}];
    const content = input.map((each, index) => ({ type: "tool_use" as const, id: `t${index}`, name: "send", input: each }));
    const [first] = conversation();
    if (!first) throw new Error("no turn");
    const population = opened();
    population.recall("cell", [{ identity: at("cell", 1, 1), request: first.body, answer: { content, stopReason: "tool_use" } }]);
    expect((await ask(population, at("cell", 2, 1), first.body)).content).toHaveLength(2);
    expect(() => population.recall("unknown", [])).not.toThrow();
  });
});

describe("simulated population: cache", () => {
  const cached = ({ usage }: Pick<ModelAnswer, "usage">) => [usage.cacheReadTokens, usage.cacheWriteTokens];

  it("an agent's second request reads what its first wrote; the cell's own time ages it; close forgets it", async () => {
    const population = opened();
    const body = request(["Write the plan."]);
    const first = await ask(population, at("cell", 1, 1), body, 1_000);
    const size = first.usage.cacheWriteTokens;
    expect(cached(first)).toEqual([0, size]);
    expect(size).toBeGreaterThan(1_250);
    expect(cached(await ask(population, at("cell", 1, 2), body, 2_000))).toEqual([size, 0]);
    expect(cached(await ask(population, at("cell", 2, 1), body, 2_000 + CACHE_LIFETIME_MS))).toEqual([0, size]);
    population.close("cell");
    population.open(script("cell"));
    expect(cached(await ask(population, at("cell", 3, 1), body, 3_000 + CACHE_LIFETIME_MS))).toEqual([0, size]);
  });

  it("without a time from outside the cell's own clock goes on with its calls", async () => {
    const population = opened();
    const body = request(["Write the plan."]);
    const size = (await ask(population, at("cell", 1, 1), body)).usage.cacheWriteTokens;
    expect(cached(await ask(population, at("cell", 1, 2), body))).toEqual([size, 0]);
  });

  it("what runs beside a cell is nothing to it, even with the very same words", async () => {
    const alone = opened();
    const beside = opened();
    beside.open(script("other"));
    const answers: ModelAnswer["usage"][][] = [[], []];
    for (const { turn, call, body } of conversation()) {
      await ask(beside, at("other", turn, call), body);
      answers[0]?.push((await ask(alone, at("cell", turn, call), body)).usage);
      answers[1]?.push((await ask(beside, at("cell", turn, call), body)).usage);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it("five breakpoints are a bad request", async () => {
    const system = RULES.slice(0, 5).map((each) => ({
      type: "text" as const,
      text: `Rule ${each}`,
      cache_control: { type: "ephemeral" as const },
    }));
    await expect(ask(opened(), at("cell", 1, 1), request(["x"], { system }))).rejects.toThrow(
      "400: A maximum of 4 blocks with cache_control may be provided. Found 5.",
    );
  });
});
