/** Proves the schedule `eager` on a clock of its own: who acts when, how many at once, what a hop is, what a stop waits for. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import { settled } from "#test/support/fake-clock.ts";
import { testOrg } from "#test/support/orgs.ts";
import { ofType, play, say, type Script, send, submit } from "#test/support/scripted-model.ts";

function eager(arrows: string, limits: Partial<Org["limits"]> = {}, change: (org: Org) => Org = (org) => org): Org {
  return testOrg(arrows, (org) => change({ ...org, schedule: "eager", limits: { ...org.limits, ...limits } }));
}

/** Latencies by agent name in the org's own order of ids. */
function latencies(org: Org, by: Record<string, number>) {
  const names = new Map(org.agents.map((agent) => [agent.id, agent.name]));
  return ({ identity }: { identity: { agent: string } }) => by[names.get(identity.agent) ?? ""] ?? 10;
}

describe("the schedule eager", () => {
  const both = (org: Org): Org => ({
    ...org,
    agents: org.agents.map((agent) => ({ ...agent, receivesBrief: ["A", "B"].includes(agent.name) })),
  });

  it("C an agent acts as soon as it has mail, while a slower one is still at work", async () => {
    const org = eager("A>C, B>C, C>D", {}, both);
    const script: Script = {
      A: [[send(["C"], "quick")]],
      B: [[send(["C"], "slow")]],
      C: ({ nth }) => [send(["D"], `pass ${nth + 1}`)],
      D: ({ nth }) => (nth === 0 ? [say("I wait.")] : [submit("done")]),
    };
    const { events, log } = await play(org, script, { latencyMs: latencies(org, { A: 10, B: 1_000, C: 20, D: 20 }) });
    const turns = ofType(events, "turn-started").map((each) => `${each.agent.replace("agent_", "")} ${each.messages.join()}`);
    expect(turns).toEqual(["a ", "b ", "c h1", "d h2", "c h3", "d h4"]);
    expect(log.find(({ event }) => event.type === "turn-started" && event.messages.includes("h2"))?.atMs).toBe(30);
    expect(events.some((event) => event.type === "round-started")).toBe(false);
  });

  it("C mail that comes while an agent is busy waits, and is shown all at once in its next turn", async () => {
    const org = eager("A>C, B>C, C>D", { rounds: 10 }, (made) => ({ ...both(made), agents: both(made).agents }));
    const script: Script = {
      A: [[send(["C"], "one"), send(["C"], "two")]],
      B: [[send(["C"], "three")]],
      C: ({ nth }) => (nth === 0 ? [say("Thinking.")] : [send(["D"], "all")]),
      D: [[submit("done")]],
    };
    const { events } = await play(org, script, { latencyMs: latencies(org, { A: 10, B: 15, C: 500 }) });
    expect(ofType(events, "turn-started").map((each) => each.messages)).toEqual([[], [], ["h1", "h2"], ["h3"], ["h4"]]);
  });

  it("C answers of one moment come in the order of agent ids, not of who was asked first", async () => {
    const org = eager("A>Z, B>Z, C>Z", {}, (made) => ({
      ...made,
      // In the design C stands first.
      agents: made.agents.map((agent) => ({ ...agent, receivesBrief: agent.name !== "Z" })).toSorted((a, b) => (a.name < b.name ? 1 : -1)),
    }));
    const say3 = (name: string): Script[string] => [[send(["Z"], `from ${name}`)]];
    const script: Script = { A: say3("A"), B: say3("B"), C: say3("C"), Z: ({ nth }) => (nth === 2 ? [submit("done")] : [say("Next.")]) };
    const { events } = await play(org, script, { latencyMs: () => 100 });
    expect(
      ofType(events, "call-started")
        .slice(0, 3)
        .map((each) => each.agent),
    ).toEqual(["agent_c", "agent_b", "agent_a"]);
    expect(ofType(events, "message-sent").map((each) => each.written)).toEqual(["from A", "from B", "from C"]);
  });

  it.each([1, 2, 3])("C no more than turnsAtOnce (%i) act at once, and everybody has a turn", async (turnsAtOnce) => {
    const org = eager("A>B, A>C, A>D, A>E, B>F, C>F, D>F, E>F", { turnsAtOnce });
    let now = 0;
    let most = 0;
    const worker: Script[string] = async () => {
      now += 1;
      most = Math.max(most, now);
      await settled();
      now -= 1;
      return [send(["F"], "done my part")];
    };
    const script: Script = { A: [[send(["B", "C", "D", "E"], "go")]], B: worker, C: worker, D: worker, E: worker, F: () => [say("More?")] };
    const { events } = await play(org, script, { latencyMs: () => 100 });
    expect(most).toBe(turnsAtOnce);
    expect(new Set(ofType(events, "turn-started").map((each) => each.agent)).size).toBe(6);
  });

  it("C an agent whose turns are used up keeps nobody else from acting, where only one acts at a time", async () => {
    const org = eager("A>B, B>A, A>C", { turnsAtOnce: 1, turnsPerAgent: 1 });
    const script: Script = { A: [[send(["B", "C"], "go")]], B: [[send(["A"], "What?")]], C: [[submit("done")]] };
    const { result, events } = await play(org, script, { latencyMs: () => 10 });
    expect(result).toMatchObject({ status: "complete", reason: "delivered", deliverable: "done" });
    expect(ofType(events, "message-undelivered").map((each) => each.id)).toEqual(["h3"]);
  });

  it("C a round is a hop from the brief: what was written in the last hop is delivered to nobody but in the last turn", async () => {
    const org = eager("A>B>A, B>C", { rounds: 3, turnsAtOnce: null });
    const script: Script = {
      A: ({ nth }) => [send(["B"], `ping ${nth + 1}`)],
      B: ({ nth }) => [send(["A"], `pong ${nth + 1}`)],
      C: [[submit("done")]],
    };
    const { events, result } = await play(org, script, { latencyMs: () => 10 });
    expect(ofType(events, "turn-started").map((each) => [each.agent, each.round, each.last])).toEqual([
      ["agent_a", 1, false],
      ["agent_b", 2, false],
      ["agent_a", 3, false],
      ["agent_c", 4, true],
    ]);
    expect(result).toMatchObject({ reason: "delivered-in-last-turn" });
  });

  it("C a message answers the furthest of those it was written upon: hops are counted from there", async () => {
    const org = eager("A>D, A>B, B>C, C>D, D>E", { rounds: 10 });
    const script: Script = {
      A: [[send(["D", "B"], "go")]],
      B: [[send(["C"], "on")]],
      C: [[send(["D"], "and on")]],
      D: ({ nth }) => (nth === 0 ? [say("I wait for more.")] : [send(["E"], "all")]),
      E: [[submit("done")]],
    };
    const { events } = await play(org, script, { latencyMs: () => 10 });
    const round = (agent: string) =>
      ofType(events, "turn-started")
        .filter((each) => each.agent === agent)
        .map((each) => each.round);
    expect([round("agent_d"), round("agent_e")]).toEqual([[2, 4], [5]]);
  });

  it("C a failure of one calls the others off, and the run has ended when the last of them has", async () => {
    const org = eager("A>C, B>C", {}, both);
    const failure = { code: "auth" as const, message: "no key" };
    const { result, events } = await play(
      org,
      { A: [{ failure }], B: [[send(["C"], "x")]] },
      { latencyMs: latencies(org, { A: 10, B: 5_000 }) },
    );
    expect(result).toEqual({ outcome: "failed", failure });
    expect(ofType(events, "call-failed").map((each) => each.failure.code)).toEqual(["auth", "aborted"]);
    expect(ofType(events, "turn-ended")).toEqual([]);
  });

  it("C after a stop nothing begins, and nothing is written any more once the run has said that it is stopped", async () => {
    const org = eager("A>C, B>C", {}, both);
    const controller = new AbortController();
    const slow = new Promise<void>((resolve) => setTimeout(resolve, 30));
    const run = await play(
      org,
      {
        // One answers in spite of the stop, the other is slow to give up.
        A: async () => {
          await settled();
          controller.abort(new Error("stopped"));
          return [send(["C"], "too late")];
        },
        B: async () => {
          await slow;
          return { failure: { code: "aborted" as const, message: "called off" } };
        },
      },
      { signal: controller.signal },
    );
    expect(run.result).toEqual({ outcome: "stopped" });
    const written = run.log.length;
    await slow;
    await settled();
    expect(run.log).toHaveLength(written);
    expect(ofType(run.events, "call-failed").map((each) => each.id)).toEqual(["agent_b.t1.c1"]);
    expect(ofType(run.events, "turn-started")).toHaveLength(2);
  });
});
