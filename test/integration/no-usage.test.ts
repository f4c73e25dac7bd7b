/** Proves on a server that never says how many tokens a call took: nothing reads as 0, and caps bite (M21, J). */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { csvTables } from "#main/lab/tables.ts";
import { reportOf } from "#main/lab/report.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { reportAsText } from "#main/hosts/cli/report-text.ts";
import { writeAnswer } from "#test/support/fault-answers.ts";
import { type FaultRun, faultRun, NO_CAPS, outcomes } from "#test/support/fault-run.ts";
import { FaultServer, SERVER_PRICES } from "#test/support/fault-server.ts";

const { input, output } = SERVER_PRICES;
const prices = () => ({ ...BUILT_IN_PRICES, models: { m: { input, output, cacheRead: input, cacheWrite: input } } });

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start();
  // The bill of these stays at the most that each can have cost.
  server.fault = ({ body, key }) => ({ text: writeAnswer(body, key, null).stream.replace(/,"usage":\{[^}]*\}/g, "") });
});
afterEach(() => server.close());

function reportFor({ store, id }: FaultRun) {
  const row = store.experiments.get(id);
  if (!row) throw new Error("no experiment");
  return { row, report: reportOf(store, row) };
}

describe("a server that reports no usage", () => {
  it("M21 tokens and cost are null with the reason no-usage, in the store, the report, the table and the CSV", async () => {
    const made = faultRun(server, { prices });
    expect((await made.runner.start(made.id, { caps: NO_CAPS })).end).toBe("finished");
    expect(outcomes(made).failed).toBeUndefined();
    expect(made.store.spending.spent({ experiment: made.id })).toEqual({ outputTokens: null, costUsd: null });
    const { row, report } = reportFor(made);
    for (const arm of report.arms)
      expect(arm).toMatchObject({ inputTokens: null, outputTokens: null, tokensReason: "no-usage", costUsd: null, costReason: "no-usage" });
    expect(reportAsText(report)).toMatch(/no-usage +no-usage/);
    expect(csvTables(made.store, row, report)["runs.csv"]?.split("\r\n")[1]).toContain(",,,,,no-usage,");
  });

  it("J a cap on output tokens counts each call as its max_tokens, when going on too", async () => {
    const made = faultRun(server, { prices });
    for (const outputTokens of [2_000, 3_000]) {
      expect((await made.runner.start(made.id, { caps: { outputTokens, usd: null } })).end).toBe("cap-reached");
      expect(server.bill.outputTokens).toBeLessThanOrEqual(outputTokens);
      expect(made.store.spending.outputTokensSpent({ experiment: made.id })).toBe(server.bill.outputTokens);
    }
    expect(server.asked.length).toBe(7);
  });

  it("J a cap in dollars counts each call as its worst case, when going on too", async () => {
    const made = faultRun(server, { prices });
    for (const usd of [0.05, 0.09]) {
      const asked = server.asked.length;
      const end = await made.runner.start(made.id, { caps: { outputTokens: null, usd } });
      expect(end).toMatchObject({ end: "cap-reached", message: expect.stringContaining("leaves no room") });
      expect(server.bill.usd).toBeLessThanOrEqual(usd);
      expect(server.asked.length).toBeGreaterThan(asked);
    }
  });
});
