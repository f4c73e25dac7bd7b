import { describe, expect, it } from "vitest";
import { type FileFormat, loadValue, pathInWords } from "#shared/format/load.ts";
import { loadOrg, orgFileText, orgFormat } from "#shared/org/load.ts";
import { type Org, orgSchema } from "#shared/org/schema.ts";
import { testOrg } from "#test/support/orgs.ts";

const text = (fields: object) => JSON.stringify({ format: "driftlab.org", version: 1, name: "Mine", ...fields });

describe("loading an org", () => {
  it("B an org file comes back as it was written, byte for byte", () => {
    const file = orgFileText(testOrg("A>B>C,A>C"));
    const loaded = loadOrg(file, "mine.org.json");
    expect(loaded).toMatchObject({ ok: true, problems: [] });
    if (loaded.ok) expect(orgFileText(loaded.value)).toBe(file);
  });

  it("B fields it does not know are kept and written back, at every level", () => {
    const extra = { future: { deep: [1, null, "x"] } };
    const given = {
      ...extra,
      defaults: { model: "m", settings: { ...extra }, ...extra },
      limits: { rounds: 3, ...extra },
      agents: [{ id: "a", name: "A", settings: { maxOutputTokens: 5, ...extra }, position: { x: 1, y: 2, z: 3 }, ...extra }],
      handoffs: [{ id: "h", source: "a", target: "a2", ...extra }],
      groups: [{ id: "g", ...extra }],
      notes: [{ id: "n", ...extra }],
    };
    const loaded = loadOrg(text(given), "mine.org.json");
    if (!loaded.ok) throw new Error("not loaded");
    const written = JSON.parse(orgFileText(loaded.value));
    expect(written).toMatchObject(given);
    const again = loadOrg(orgFileText(loaded.value), "mine.org.json");
    expect(again.ok && orgFileText(again.value)).toBe(orgFileText(loaded.value));
  });

  it("B what a file leaves out is filled in", () => {
    const loaded = loadOrg(text({ agents: [{ id: "a", name: "A" }] }), "mine.org.json");
    expect(loaded.ok && loaded.value).toMatchObject({
      schedule: "rounds",
      limits: { rounds: 10, turnsPerAgent: null },
      agents: [{ memory: true, delivers: false, model: null, role: "" }],
    });
  });

  it("B a handoff of another kind loads and is kept", () => {
    const loaded = loadOrg(
      text({
        agents: [
          { id: "a", name: "A" },
          { id: "b", name: "B" },
        ],
        handoffs: [{ id: "h", source: "a", target: "b", kind: "debate", rounds: 4 }],
      }),
      "mine.org.json",
    );
    if (!loaded.ok) throw new Error("not loaded");
    expect(loaded.value.handoffs[0]).toMatchObject({ kind: "debate", rounds: 4 });
    expect(loaded.problems.map((problem) => problem.code)).toContain("unknown-kind");
  });

  it("B a relay it does not know is kept; only of a kind that runs it is an error", () => {
    const handoff = { id: "h", source: "a", target: "b", relay: "telepathy" };
    const agents = ["a", "b"].map((id) => ({ id, name: id }));
    for (const [kind, code] of [
      ["debate", "unknown-kind"],
      ["message", "unknown-relay"],
    ] as const) {
      const loaded = loadOrg(text({ agents, handoffs: [{ ...handoff, kind }] }), "mine.org.json");
      if (!loaded.ok) throw new Error("not loaded");
      expect(JSON.parse(orgFileText(loaded.value)).handoffs[0]).toMatchObject({ kind, relay: "telepathy" });
      const found = loaded.problems.filter((problem) => problem.code.startsWith("unknown-"));
      expect(found).toMatchObject([{ code, severity: "error", ids: ["h"] }]);
    }
  });

  it("B broken JSON is said on one line, without V8's quotation of it", () => {
    for (const broken of [
      '{\n  "a": nope\n}',
      `{\n  "a": ${"[1,\n".repeat(40)} nope\n "z": 1}`,
      "[1,\n\n2,, 3]",
      '{"a": "x\ny"}',
      "<html>\n</html>",
    ]) {
      const message = loadOrg(broken, "mine.org.json").problems[0]?.message ?? "";
      expect(message).toMatch(
        /^mine\.org\.json is not valid JSON: [^\n]+ at line \d+, column \d+\. Correct that place and load it again\.$/,
      );
      expect(message).not.toMatch(/\.\.\.|is not valid JSON.*is not valid JSON/);
    }
  });

  it("B a file from a newer version is refused by name", () => {
    const loaded = loadOrg(text({ version: 7 }), "mine.org.json");
    expect(loaded).toMatchObject({ ok: false, problems: [{ code: "newer-version", severity: "error" }] });
    for (const word of ["mine.org.json", "driftlab.org", "7", "newer Driftlab"]) expect(loaded.problems[0]?.message).toContain(word);
  });

  it.each<[string, string, string]>([
    ["another format", text({ format: "driftlab.suite" }), "wrong-format"],
    ["no format", "{}", "wrong-format"],
    ["no version", JSON.stringify({ format: "driftlab.org", name: "x" }), "no-version"],
    ["version as text", text({ version: "1" }), "no-version"],
    ["version 0", text({ version: 0 }), "no-version"],
    ["version 1.5", text({ version: 1.5 }), "no-version"],
    ["a list", "[]", "not-an-object"],
    ["null", "null", "not-an-object"],
    ["a number", "3", "not-an-object"],
  ])("B %s is refused with one clear sentence", (_name, content, code) => {
    const loaded = loadOrg(content, "mine.org.json");
    expect(loaded).toMatchObject({ ok: false, problems: [{ code }] });
    expect(loaded.problems[0]?.message).toMatch(/^mine\.org\.json .*\.$/);
  });

  it.each<[string, object, string]>([
    ["an agent without a name", { agents: [{ id: "a", name: "ok" }, { id: "b" }] }, "agents[1].name"],
    ["an empty id", { agents: [{ id: "", name: "A" }] }, "agents[0].id"],
    ["limits below 1", { limits: { rounds: 0 } }, "limits.rounds"],
    ["a relay that is no text", { handoffs: [{ id: "h", source: "a", target: "b", relay: 3 }] }, "handoffs[0].relay"],
    ["memory as text", { agents: [{ id: "a", name: "A", memory: "yes" }] }, "agents[0].memory"],
    ["a position that is not a number", { agents: [{ id: "a", name: "A", position: { x: null, y: 0 } }] }, "agents[0].position.x"],
    [
      "settings out of bounds",
      { agents: [{ id: "a", name: "A", settings: { maxOutputTokens: 0 } }] },
      "agents[0].settings.maxOutputTokens",
    ],
    ["another schedule", { schedule: "chaos" }, "schedule"],
  ])("B %s: the sentence names the field", (_name, fields, where) => {
    const loaded = loadOrg(text(fields), "mine.org.json");
    expect(loaded.ok).toBe(false);
    expect(loaded.problems[0]).toMatchObject({ code: "wrong-field" });
    expect(loaded.problems[0]?.message).toContain(`"${where}"`);
  });

  it.each<[string, string, number, number]>([
    ["a trailing comma", '{\n  "format": "driftlab.org",\n}', 3, 1],
    ["a missing comma", '{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ["a bare word", '{"a": nope}', 1, 8],
    ["an unexpected end", '{\n  "a": [1, 2', 2, 13],
    ["nothing at all", "", 1, 1],
    ["a line break in a text", '{"a": "x\ny"}', 1, 9],
    ["a byte order mark before it", '\uFEFF{"a": nope}', 1, 8],
    ["something after the end", "{}\nmore", 2, 1],
  ])("B broken JSON names line and column: %s", (_name, broken, line, column) => {
    const loaded = loadOrg(broken, "mine.org.json");
    expect(loaded).toMatchObject({ ok: false, problems: [{ code: "broken-json", place: { line } }] });
    expect(loaded.problems[0]?.place?.column).toBeGreaterThanOrEqual(column - 1);
    expect(loaded.problems[0]?.place?.column).toBeLessThanOrEqual(column + 1);
    expect(loaded.problems[0]?.message).toContain(`line ${line}, column `);
    expect(loaded.problems[0]?.message).toContain("mine.org.json");
  });

  it("B a byte order mark alone is no error", () => {
    expect(loadOrg(`\uFEFF${text({})}`, "mine.org.json").ok).toBe(true);
  });

  it("B a design with problems still loads, so that it can be mended on the canvas", () => {
    const loaded = loadOrg(text({ agents: [{ id: "a", name: "A" }] }), "mine.org.json");
    expect(loaded.ok).toBe(true);
    expect(loaded.problems.length).toBeGreaterThan(0);
  });

  it("B a hostile file does not reach an object's own prototype", () => {
    const loaded = loadOrg(
      '{"format":"driftlab.org","version":1,"name":"x","__proto__":{"polluted":1},"agents":[{"id":"a","name":"A","constructor":{"x":1},"__proto__":{"delivers":true}}]}',
      "mine.org.json",
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    // It could not be kept, so it is not dropped silently either.
    expect(loaded).toMatchObject({ ok: false, problems: [{ code: "bad-field", message: expect.stringContaining('"__proto__"') }] });
  });

  it("B a file that nests without end is refused in one sentence, at once", () => {
    const deep = (levels: number) =>
      `{"format":"driftlab.org","version":1,"name":"x","agents":[],"more":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    expect(loadOrg(deep(190), "mine.org.json").ok).toBe(true);
    for (const levels of [250, 100_000]) {
      const loaded = loadOrg(deep(levels), "mine.org.json");
      expect(loaded).toMatchObject({
        ok: false,
        problems: [{ code: "too-deep", message: expect.stringMatching(/^mine\.org\.json nests .*200.*\.$/) }],
      });
      expect(loaded.problems).toHaveLength(1);
    }
    const format = `{"format":${"[".repeat(100_000)}${"]".repeat(100_000)},"version":1}`;
    expect(loadOrg(format, "mine.org.json")).toMatchObject({ ok: false, problems: [{ code: "too-deep" }] });
  });

  it("B a version that is no number is told which one there is", () => {
    const loaded = loadOrg('{"format":"driftlab.org","version":"1"}', "mine.org.json");
    expect(loaded.problems.map((each) => each.message)).toEqual(['mine.org.json has no usable "version": expected 1.']);
  });
});

describe("migrating step by step", () => {
  const third: FileFormat<Org> = {
    ...orgFormat,
    version: 3,
    schema: orgSchema.extend({ version: orgSchema.shape.version.or(orgSchema.shape.version) }) as unknown as FileFormat<Org>["schema"],
    migrations: {
      1: (value) => ({ ...value, steps: [...((value.steps as number[]) ?? []), 1], seenVersion: value.version }),
      2: (value) => ({ ...value, steps: [...((value.steps as number[]) ?? []), 2] }),
    },
  };
  const anyVersion = {
    ...third,
    schema: { safeParse: (value: unknown) => ({ success: true, data: value }) } as unknown as FileFormat<Org>["schema"],
  };
  const steps = (version: number) => {
    const loaded = loadValue(anyVersion, { format: "driftlab.org", version, name: "x", kept: { a: 1 } }, "old.org.json");
    return loaded.ok ? (loaded.value as unknown as { steps?: number[]; version: number; kept: unknown }) : null;
  };

  it("B each step runs once and in order, from the version that the file has", () => {
    expect(steps(1)).toMatchObject({ steps: [1, 2], version: 3, kept: { a: 1 } });
    expect(steps(2)).toMatchObject({ steps: [2], version: 3 });
    expect(steps(3)?.steps).toBeUndefined();
  });

  it("B a step that is missing is said, and the file is not touched", () => {
    const file = { format: "driftlab.org", version: 1, name: "x" };
    const before = JSON.stringify(file);
    const loaded = loadValue({ ...anyVersion, migrations: {} }, file, "old.org.json");
    expect(loaded).toMatchObject({ ok: false, problems: [{ code: "no-migration" }] });
    expect(JSON.stringify(file)).toBe(before);
  });

  it("B a newer file than the newest known is refused after migrations exist too", () => {
    expect(loadValue(anyVersion, { format: "driftlab.org", version: 4 }, "new.org.json")).toMatchObject({
      ok: false,
      problems: [{ code: "newer-version" }],
    });
  });

  it("B paths in words", () => {
    expect(pathInWords(["agents", 2, "settings", "effort"])).toBe("agents[2].settings.effort");
    expect(pathInWords([])).toBe("");
  });
});
