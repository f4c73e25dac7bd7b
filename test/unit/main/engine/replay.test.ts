/** Proves playing a run from its record: nothing is asked, and whatever does not fit is named. */
import { describe, expect, it } from "vitest";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import { RecordMismatch, readRecord } from "#main/engine/record.ts";
import { replayRun } from "#main/engine/replay.ts";
import { testOrg } from "#test/support/orgs.ts";
import { type Played, play, say, send, submit, tool } from "#test/support/scripted-model.ts";

function example(): Promise<Played> {
  const org = testOrg("A>B>A, B>C");
  return play(
    org,
    {
      A: [[send(["B", "Nobody"], "go")], [say("Never mind.")], [send(["B"], "yes")]],
      B: [[send(["A"], "What?"), tool("nonsense", {})], [say("Hm.")], [send(["C"], "all")]],
      C: [[submit("done")]],
    },
    { latencyMs: () => 10 },
  );
}

function numbered(log: readonly StampedEvent[]): StampedEvent[] {
  return log.map((each, seq) => ({ ...each, seq }));
}

async function refusalOf(run: Played, log: readonly StampedEvent[], input = run.input): Promise<string> {
  const error: unknown = await replayRun(input, numbered(log), setImmediate).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RecordMismatch);
  return (error as Error).message;
}

describe("replay", () => {
  it("C a record as it is stored plays to the same events and the same end", async () => {
    const run = await example();
    const stored = JSON.parse(JSON.stringify(run.log)) as StampedEvent[];
    const again = await replayRun(run.input, stored, setImmediate);
    expect(again).toEqual({ result: run.result, events: run.events });
  });

  it("C whichever call's answer is missing, it fails and says what came in its place", async () => {
    const run = await example();
    const ended = run.log.filter(({ event }) => event.type === "call-ended");
    expect(ended.length).toBeGreaterThan(4);
    for (const missing of ended)
      expect(
        await refusalOf(
          run,
          run.log.filter((each) => each !== missing),
        ),
      ).toMatch(/^The record goes on with .+, which the run did not come to\.$/);
  });

  it("C a record that breaks off at a call names the call that is not in it", async () => {
    const run = await example();
    const at = run.log.findIndex(({ event }) => event.type === "handoff-shown" && event.callId === "agent_b.t1.c1");
    expect(await refusalOf(run, run.log.slice(0, at + 1))).toBe(
      "The call agent_b.t1.c1 is not in the record, and there is no connection to make it with.",
    );
  });

  it("C a changed answer, a changed brief and a changed design are found at the step where they begin to matter", async () => {
    const run = await example();
    const changed = run.log.map((each): StampedEvent => {
      const { event } = each;
      if (event.type !== "call-ended" || event.id !== "agent_b.t2.c1") return each;
      return { ...each, event: { ...event, answer: { ...event.answer, content: [send(["C"], "something else")] } } };
    });
    expect(await refusalOf(run, changed)).toMatch(/^Step \d+ of the record is .+, but the run took .+\.$/);
    expect(await refusalOf(run, run.log, { ...run.input, brief: "Another brief." })).toMatch(
      /call-started agent_a\.t1\.c1, but the run took call-started/,
    );
    const noBack = { ...run.input.org, handoffs: run.input.org.handoffs.filter((each) => each.target !== "agent_a") };
    expect(await refusalOf(run, run.log, { ...run.input, org: noBack })).toMatch(/call-started agent_b\.t1\.c1/);
  });

  it("C whichever step is missing, doubled or changes places with the next, the record is refused", async () => {
    const run = await example();
    expect(run.log.length).toBeGreaterThan(30);
    for (let at = 0; at < run.log.length; at += 1) {
      const each = run.log[at] as StampedEvent;
      await refusalOf(run, [...run.log.slice(0, at), ...run.log.slice(at + 1)]);
      await refusalOf(run, [...run.log.slice(0, at), each, ...run.log.slice(at)]);
      const next = run.log[at + 1];
      if (next) await refusalOf(run, [...run.log.slice(0, at), next, each, ...run.log.slice(at + 2)]);
    }
  });

  it("C a limit that the record claims twice is refused, not waited for", async () => {
    const org = testOrg("A>B", (made) => ({ ...made, limits: { ...made.limits, wallClockMs: 5 } }));
    const run = await play(org, { A: [[send(["B"], "go")]] }, { latencyMs: () => 10 });
    const log = run.log.flatMap((each) => (each.event.type === "limit-reached" ? [each, each] : [each]));
    expect(await refusalOf(run, log)).toContain("limit-reached");
  });
});

describe("reading a record", () => {
  const started = (id: string): RunEvent => ({
    type: "call-started",
    id,
    agent: "a",
    turn: 1,
    call: 1,
    request: { model: "m", max_tokens: 70, system: [], messages: [], tools: [] },
    shows: [],
  });
  const at = (...moments: [number, RunEvent][]): StampedEvent[] => moments.map(([atMs, event], seq) => ({ seq, atMs, event }));
  const resumed: RunEvent = { type: "run-resumed", lostTokens: 70, lostCalls: [] };
  const aborted: RunEvent = {
    type: "call-failed",
    id: "c1",
    agent: "a",
    failure: { code: "aborted", message: "" },
    attempts: 1,
    lostTokens: 20,
  };

  it("C counts the time that it was under way, and leaves out what lay between", () => {
    expect(readRecord(at([1_000, started("c1")], [1_300, aborted], [9_000, resumed], [9_050, aborted])).elapsedMs).toBe(350);
    expect(readRecord([]).elapsedMs).toBe(0);
  });

  it("C counts what was lost each time: in retries, when called off, when the process died, and what is open now", () => {
    const retried: RunEvent = { type: "call-retried", id: "c1", agent: "a", attempt: 1, waitMs: 1, reason: "", lostTokens: 30 };
    const parts = readRecord(at([0, started("c1")], [1, retried], [2, resumed], [3, aborted], [4, resumed]));
    expect(parts.lost.map((each) => each.outputTokens)).toEqual([30, 70, 20, 70]);
    expect(parts.open).toEqual([{ callId: "c1", outputTokens: 70 }]);
  });

  it("C where nothing was lost by going on, as in a branch, nothing is counted for it", () => {
    const parts = readRecord(at([0, started("c1")], [2, { type: "run-resumed", lostTokens: 0, lostCalls: [] }]));
    expect(parts.lost.map((each) => each.outputTokens)).toEqual([70]);
  });
});
