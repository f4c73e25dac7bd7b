/** Proves the run's own limits where a run is retried, broken off and gone on with: tokens, dollars and time are never passed. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import type { StampedEvent } from "#shared/run/events.ts";
import { replayRun } from "#main/engine/replay.ts";
import { PLAIN_PRICES } from "#test/support/hostile.ts";
import { testOrg } from "#test/support/orgs.ts";
import { ofType, type Played, play, type PlayOptions, type Reply, type Script, send, submit } from "#test/support/scripted-model.ts";

const YEAR_MS = 365 * 24 * 3_600_000;

function limited(limits: Partial<Org["limits"]>, arrows = "A>B"): Org {
  return testOrg(arrows, (org) => ({
    ...org,
    defaults: { ...org.defaults, settings: { maxOutputTokens: 300 } },
    limits: { ...org.limits, ...limits },
  }));
}

const used = (content: Reply, outputTokens = 100): Reply =>
  Array.isArray(content) ? { content, usage: { inputTokens: 0, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 } } : content;

/** The first attempt breaks off and may have cost `lost`; the second brings the reply, where there is room for it. */
function broken(lost: number, reply: Reply): Script[string] {
  return async ({ options }) => {
    const refused = await options.admitRetry(lost);
    if (refused) return { failure: refused, lostTokens: lost };
    options.onRetry(1, 100, "server: broke off", lost);
    return reply;
  };
}

/** Goes on a year later with the log up to an event, that one included. */
async function goOnAfter(
  run: Played,
  script: Script,
  last: (event: StampedEvent["event"]) => boolean,
  options: PlayOptions = {},
): Promise<Played> {
  const log = run.log.slice(0, run.log.findIndex(({ event }) => last(event)) + 1);
  return play(run.input.org, script, { latencyMs: () => 100, startMs: YEAR_MS, ...options, log });
}

describe("limits and attempts that were lost", () => {
  it("C tokens of a lost attempt count: where they leave no room, the call is not tried again, and the limit is named", async () => {
    const { result, events, state } = await play(limited({ outputTokens: 500 }), { A: broken(250, used([send(["B"], "go")])) });
    expect(result).toMatchObject({ status: "incomplete", reason: "token-limit" });
    expect(ofType(events, "limit-reached")).toEqual([{ type: "limit-reached", limit: "token-limit", id: "agent_a.t1.c1" }]);
    expect(ofType(events, "call-failed")).toMatchObject([{ failure: { code: "limit", limit: "token-limit" }, lostTokens: 250 }]);
    expect(state.usage.outputTokens).toBe(0);
  });

  it("C a lost attempt costs its worst case in dollars", async () => {
    const org = limited({ costUsd: 0.05 });
    const { result } = await play(org, { A: broken(10, used([send(["B"], "go")])) }, { prices: PLAIN_PRICES });
    expect(result).toMatchObject({ status: "incomplete", reason: "cost-limit" });
    const enough = await play(
      limited({ costUsd: 0.08 }),
      { A: broken(10, used([send(["B"], "go")])), B: [used([submit("done")])] },
      { prices: PLAIN_PRICES },
    );
    // Worst case 3 cents, lost 3 and then 1 for the answer: 4 are left for the next, which may cost 3.
    expect(enough.result).toMatchObject({ status: "complete" });
  });

  it("C dollars without a known price let nothing through", async () => {
    const prices = { worstUsd: () => null, usd: () => null };
    const { result, requests } = await play(limited({ costUsd: 100 }), { A: [[send(["B"], "go")]] }, { prices });
    expect(result).toMatchObject({ status: "incomplete", reason: "cost-limit" });
    expect(requests).toEqual({});
  });

  it("C played from its record, a run that ended so ends so again, by the same limit", async () => {
    for (const limits of [{ outputTokens: 500 }, { costUsd: 0.05 }]) {
      const run = await play(limited(limits), { A: broken(250, used([send(["B"], "go")])) }, { prices: PLAIN_PRICES });
      const again = await replayRun(run.input, run.log, setImmediate);
      expect(again.result).toEqual(run.result);
      expect(again.events).toEqual(run.events);
    }
  });
});

describe("limits and calls that are made at once", () => {
  const all = (limits: Partial<Org["limits"]>, schedule: Org["schedule"] = "rounds"): Org => {
    const org = limited(limits, "A>D, B>D, C>D");
    return {
      ...org,
      schedule,
      agents: org.agents.map((agent) => ({ ...agent, receivesBrief: agent.name !== "D", delivers: agent.name === "D" })),
    };
  };
  const script: Script = {
    A: [used([send(["D"], "a")], 20)],
    B: [used([send(["D"], "b")], 20)],
    C: [used([send(["D"], "c")], 20)],
    D: () => used([submit("done")], 20),
  };
  const order = ({ events }: Played) =>
    events.flatMap((event) =>
      "agent" in event && event.agent === "agent_d"
        ? []
        : event.type === "call-waiting" || event.type === "call-started" || event.type === "call-ended"
          ? [`${event.type} ${event.agent}`]
          : [],
    );

  it.each(["rounds", "eager"] as const)("C %s: there is room for one at a time, so they wait in the order of asking", async (schedule) => {
    for (const [limits, prices] of [[{ outputTokens: 380 }], [{ costUsd: 0.038 }, PLAIN_PRICES]] as const) {
      const run = await play(all(limits, schedule), script, { latencyMs: () => 100, ...(prices ? { prices } : {}) });
      expect(run.result).toMatchObject({ status: "complete", deliverable: "done" });
      expect(ofType(run.events, "limit-reached")).toEqual([]);
      expect(order(run).slice(0, 8)).toEqual([
        "call-started agent_a",
        "call-waiting agent_b",
        "call-waiting agent_c",
        "call-ended agent_a",
        "call-started agent_b",
        "call-ended agent_b",
        "call-started agent_c",
        "call-ended agent_c",
      ]);
      expect((await replayRun(run.input, run.log, setImmediate)).events).toEqual(run.events);
      for (let cut = 1; cut < run.log.length; cut += 1) {
        const again = await play(run.input.org, script, {
          latencyMs: () => 100,
          log: run.log.slice(0, cut),
          ...(prices ? { prices } : {}),
        });
        // What was under way at the cut is lost and counts: there may be no room left, but nobody is left waiting.
        expect(again.result).toMatchObject({ outcome: "done" });
      }
    }
  });

  it("C once nothing is under way and there is no room, who waits is refused and its mail goes back", async () => {
    const greedy: Script = { ...script, A: [used([send(["D"], "a")], 200)] };
    const run = await play(all({ outputTokens: 480 }), greedy, { latencyMs: () => 100 });
    expect(run.result).toMatchObject({ status: "incomplete", reason: "token-limit" });
    expect(ofType(run.events, "call-started")).toHaveLength(1);
    expect(ofType(run.events, "limit-reached")).toHaveLength(2);
    expect((await replayRun(run.input, run.log, setImmediate)).events).toEqual(run.events);
  });

  it("C the wall clock ends a call that waits for room", async () => {
    const run = await play(all({ outputTokens: 320, wallClockMs: 50 }), script, { latencyMs: () => 100 });
    expect(run.result).toMatchObject({ status: "incomplete", reason: "time-limit" });
    expect(ofType(run.events, "limit-reached")).toEqual([{ type: "limit-reached", limit: "time-limit" }]);
    expect(ofType(run.events, "turn-ended")).toHaveLength(3);
    expect((await replayRun(run.input, run.log, setImmediate)).events).toEqual(run.events);
  });

  it("C a stop ends a call that waits for room", async () => {
    const stop = new AbortController();
    const run = await play(all({ outputTokens: 320 }), script, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === "call-waiting" && event.agent === "agent_c") setImmediate(() => stop.abort());
      },
      latencyMs: () => 100,
    });
    expect(run.result).toEqual({ outcome: "stopped" });
  });

  it("C a retry waits for room behind those who asked before, and its lost tokens count", async () => {
    const waits = await play(
      all({ outputTokens: 700 }),
      { ...script, A: broken(90, used([send(["D"], "a")], 20)) },
      { latencyMs: () => 100 },
    );
    expect(waits.result).toMatchObject({ status: "complete" });
    const refused = await play(
      all({ outputTokens: 390 }),
      { ...script, A: broken(200, used([send(["D"], "a")], 20)) },
      { latencyMs: () => 100 },
    );
    expect(ofType(refused.events, "call-failed")).toMatchObject([{ agent: "agent_a", failure: { code: "limit" }, lostTokens: 200 }]);
    expect(refused.result).toMatchObject({ reason: "token-limit" });
  });

  it("M21 an answer whose server does not say what it took counts as the most that it can have taken", async () => {
    const usage = { inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null };
    const run = await play(limited({ outputTokens: 500 }), { A: [{ content: [send(["B"], "go")], usage }], B: [used([submit("done")])] });
    expect(run.result).toMatchObject({ status: "incomplete", reason: "token-limit" });
    expect(run.state.usage.outputTokens).toBeNull();
  });
});

describe("limits and runs that go on", () => {
  const chain: Script = { A: [used([send(["B"], "go")])], B: [used([send(["C"], "on")])], C: [used([submit("done")])] };

  it("C tokens lost in a retry before the run was cut off count when it goes on", async () => {
    const script: Script = { ...chain, A: broken(200, used([send(["B"], "go")])) };
    const org = limited({ outputTokens: 650 }, "A>B>C");
    const run = await play(org, script, { latencyMs: () => 100 });
    // 200 lost and 100 used, and 300 may come: 650 are enough for B, and not for C.
    expect(run.result).toMatchObject({ reason: "token-limit" });
    const again = await goOnAfter(run, script, (event) => event.type === "call-ended");
    expect(again.result).toEqual(run.result);
    expect(ofType(again.events, "call-started")).toHaveLength(2);
  });

  it("C a call that was under way when the process died counts in full, also against its own second sending", async () => {
    const run = await play(limited({ outputTokens: 500 }, "A>B>C"), chain, { latencyMs: () => 100 });
    const again = await goOnAfter(run, chain, (event) => event.type === "call-started");
    expect(again.requests).toEqual({});
    expect(again.result).toMatchObject({ status: "incomplete", reason: "token-limit" });
    const roomy = await play(limited({ outputTokens: 5_000 }, "A>B>C"), chain, { latencyMs: () => 100 });
    expect((await goOnAfter(roomy, chain, (event) => event.type === "call-started")).result).toMatchObject({ status: "complete" });
  });

  it("C the time before the cut counts, the year between does not, wherever the log was cut", async () => {
    const script: Script = { A: [[send(["B"], "go")]], B: [[send(["C"], "on")]], C: [[submit("done")]] };
    const run = await play(limited({ wallClockMs: 350 }, "A>B>C"), script, { latencyMs: () => 100 });
    expect(run.result).toMatchObject({ status: "complete" });
    for (let cut = 1; cut < run.log.length; cut += 1) {
      const { result } = await play(run.input.org, script, { latencyMs: () => 100, startMs: YEAR_MS, log: run.log.slice(0, cut) });
      expect(result, `cut at ${cut}`).toEqual(run.result);
    }
    // B answers at 200 ms; 200 of 350 are gone, and the next answer takes 200 now.
    const again = await goOnAfter(run, script, (event) => event.type === "call-ended" && event.agent === "agent_b", {
      latencyMs: () => 200,
    });
    expect(again.result).toMatchObject({ status: "incomplete", reason: "time-limit" });
  });

  it("C the time limit calls off many calls at once, each written down as called off by it, and the record plays again", async () => {
    const org = limited({ wallClockMs: 50 }, "A>D, B>D, C>D");
    const all = { ...org, agents: org.agents.map((agent) => ({ ...agent, receivesBrief: agent.name !== "D" })) };
    for (const schedule of ["rounds", "eager"] as const) {
      const script: Script = { A: [[send(["D"], "a")]], B: [[send(["D"], "b")]], C: [[send(["D"], "c")]] };
      const run = await play({ ...all, schedule }, script, { latencyMs: () => 100 });
      expect(run.result).toEqual({ outcome: "done", status: "incomplete", reason: "time-limit", deliverable: null });
      expect(ofType(run.events, "call-failed").map((each) => each.failure.code)).toEqual(["limit", "limit", "limit"]);
      expect(ofType(run.events, "limit-reached")).toHaveLength(1);
      expect((await replayRun(run.input, run.log, setImmediate)).events).toEqual(run.events);
    }
  });

  it("C a clock that says that time is up before the timer does says so once", async () => {
    let nowMs = 0;
    const slow =
      (reply: Reply): Script[string] =>
      () => {
        nowMs += 60;
        return reply;
      };
    const org = limited({ wallClockMs: 100 }, "A>B>C");
    const run = await play(org, { A: slow([send(["B"], "go")]), B: slow([send(["C"], "on")]) }, { nowMs: () => nowMs });
    expect(run.result).toMatchObject({ reason: "time-limit" });
    expect(ofType(run.events, "limit-reached")).toEqual([{ type: "limit-reached", limit: "time-limit" }]);
    expect((await replayRun(run.input, run.log, setImmediate)).events).toEqual(run.events);
  });
});
