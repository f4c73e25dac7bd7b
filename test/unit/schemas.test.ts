/** Proves the published JSON Schemas fresh, and true of the files that Driftlab ships. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { schemaFiles, schemasFolder } from "#test/support/schemas.ts";

const presets = join(import.meta.dirname, "..", "..", "main", "lab", "presets");
const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");

describe("schemas/", () => {
  it("holds each schema as the code has it now (else: npm run schemas)", () => {
    const published = Object.fromEntries(readdirSync(schemasFolder).map((name) => [name, read(schemasFolder, name)]));
    expect(published).toEqual(schemaFiles());
  });

  it.each(readdirSync(schemasFolder))("%s is a valid schema", (name) => {
    expect(new Ajv2020({ strict: false }).validateSchema(JSON.parse(read(schemasFolder, name)))).toBe(true);
  });
});

describe("the published org schema", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validate = ajv.compile(JSON.parse(read(schemasFolder, "driftlab.org-1.schema.json")));
  const files = readdirSync(presets).filter((name) => name.endsWith(".org.json"));

  it("has presets to judge", () => expect(files.length).toBeGreaterThan(0));

  it.each(files)("accepts the preset %s", (name) => {
    validate(JSON.parse(read(presets, name)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ["another format", { format: "driftlab.suite" }],
    ["a later version", { version: 2 }],
    ["no name", { name: undefined }],
    ["an agent without an id", { agents: [{ name: "Ada" }] }],
    ["a relay that is no text", { handoffs: [{ id: "h", source: "a", target: "b", relay: 3 }] }],
  ])("refuses %s", (_, change) => {
    const org = JSON.parse(JSON.stringify({ ...JSON.parse(read(presets, files[0] as string)), ...change }));
    expect(validate(org)).toBe(false);
  });
});
