/** Proves that a price table which cannot be used is said, and what is used in its place (D). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPrices } from "#main/lab/prices-file.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-prices-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("prices.json", () => {
  it.each([
    ["broken JSON", Buffer.from("{")],
    ["another format", Buffer.from("{}")],
    ["no UTF-8", Buffer.from([0xff, 0xfe])],
  ])("D %s: the sentence says that the built-in prices are used", (_what, content) => {
    writeFileSync(join(folder, "prices.json"), content);
    const { table, file, problem } = readPrices(folder);
    expect(table).toBe(BUILT_IN_PRICES);
    expect(file).toBeNull();
    expect(problem).toMatch(/prices\.json .*\. Until then the built-in prices are used\.$/);
  });
});
