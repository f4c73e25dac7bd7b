import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import { MIGRATIONS } from "#main/store/migrations/list.ts";
import { openStore } from "#main/store/open.ts";
import { RunTable } from "#main/store/runs.ts";
import { Store } from "#main/store/store.ts";
import { emptyPlan } from "#test/bench/engine/plan.ts";
import { testOrg } from "#test/support/orgs.ts";
import { play, send, submit } from "#test/support/scripted-model.ts";

const LONG = "Keep every figure below 40,000 and name a reviewer. ".repeat(10);
const KEY = { experimentId: "x", armId: "org", taskId: "t1", repeat: 1 };

/** A run in which two agents write to each other three times, with everything that can be referred to. */
async function chat(): Promise<StampedEvent[]> {
  const org = testOrg("A>B>A,A>C");
  const { events } = await play(org, {
    A: [[send(["B"], LONG)], [send(["B"], `${LONG} 2`)], [send(["B", "C"], `${LONG} 3`)]],
    B: [[send(["A"], `${LONG} 4`)], [send(["nobody"], `${LONG} 5`)], [send(["A"], LONG)], [send(["A"], `${LONG} 6`)]],
    C: [[submit(LONG)]],
  });
  return events.map((event, seq) => ({ seq, atMs: seq * 2, event }));
}

describe("the events of a run in the database", () => {
  let folder: string;
  let file: string;
  let store: Store;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "driftlab-"));
    file = join(folder, "runs.db");
    open();
    const { plan, suite, hash } = emptyPlan();
    store.orgs.keepVersion(hash, testOrg("A>B"), null, 0);
    store.orgs.keepSuite(hash, suite, 0);
    store.experiments.create({ id: "x", planHash: hash, name: "x", plan, suiteHash: hash, createdAtMs: 0 });
    store.runs.start({ ...KEY, id: "run", attempt: 1, startedAtMs: 0 });
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  function open(): void {
    const opened = Store.open({ file });
    if (!opened.ok) throw new Error(opened.error.code);
    store = opened.store;
  }

  /** Another connection, as another process would have it. */
  function raw<T>(read: (db: Database.Database) => T): T {
    const db = new Database(file, { readonly: true });
    try {
      return read(db);
    } finally {
      db.close();
    }
  }

  it("every event is in the file for others when append returns", async () => {
    for (const stamped of await chat()) {
      store.runs.append("run", stamped, () => null);
      expect(raw((db) => db.prepare("SELECT MAX(seq) FROM events WHERE run_id = 'run'").pluck().get())).toBe(stamped.seq);
    }
  });

  it("they are read as they were written, whichever process wrote which part, and by a reader that never wrote", async () => {
    const log = await chat();
    for (const cut of [0, 5, 11, 17, log.length]) {
      const id = `run ${cut}`;
      store.runs.start({ ...KEY, id, attempt: cut + 2, startedAtMs: 0 });
      for (const stamped of log.slice(0, cut)) store.runs.append(id, stamped, () => null);
      store.close();
      open();
      for (const stamped of log.slice(cut)) store.runs.append(id, stamped, () => null);
      expect(JSON.stringify(store.runs.events(id))).toBe(JSON.stringify(log));
    }
  });

  it("a branch's own events are read without its parent's, and after them with them", async () => {
    const log = await chat();
    const parentSeq = 14;
    for (const stamped of log) store.runs.append("run", stamped, () => null);
    const branch = { handoffId: "h2", how: "edited" as const, written: "x", draw: 0, cell: "b" };
    store.runs.startBranch({ ...KEY, id: "branch", parentRunId: "run", parentSeq, branch, studyId: null, startedAtMs: 1 });
    for (const stamped of log.slice(parentSeq)) store.runs.append("branch", stamped, () => null);
    expect(store.runs.ownEvents("branch")).toEqual(log.slice(parentSeq));
    expect(store.runs.events("branch")).toEqual(log);
  });

  it("a message's words are stored once in the answer that wrote them and once in each request that showed them", async () => {
    for (const stamped of await chat()) store.runs.append("run", stamped, () => null);
    const bodies = raw((db) =>
      db.prepare("SELECT body FROM events WHERE run_id = 'run' AND type <> 'run-ended'").pluck().all(),
    ) as string[];
    const words = `${LONG} 3`;
    // Written by A, shown to B and to C.
    expect(bodies.join("").split(words).length - 1).toBe(3);
  });

  it("an event that cannot be stored is not referred to by the next", async () => {
    const log = await chat();
    const started = log.filter(({ event }) => event.type === "call-started" && event.agent === "agent_a");
    const [first, second, third] = started as [StampedEvent, StampedEvent, StampedEvent];
    store.runs.append("run", first, () => null);
    expect(() => store.runs.append("run", { ...second, seq: first.seq }, () => null)).toThrow("UNIQUE");
    store.runs.append("run", third, () => null);
    expect(store.runs.events("run")).toEqual([first, third]);
  });

  it("events that are stored together are all in the file, or none is, and none that was taken back is referred to", async () => {
    const log = await chat();
    const started = log.filter(({ event }) => event.type === "call-started" && event.agent === "agent_a");
    const [first, second, third] = started as [StampedEvent, StampedEvent, StampedEvent];
    const count = () => raw((db) => db.prepare("SELECT COUNT(*) FROM events").pluck().get());
    expect(() =>
      store.runs.together("run", () => {
        store.runs.append("run", first, () => null);
        store.runs.append("run", second, () => null);
        throw new Error("broken off");
      }),
    ).toThrow("broken off");
    expect(count()).toBe(0);
    store.runs.append("run", second, () => null);
    store.runs.together("run", () => {
      store.runs.append("run", { ...first, seq: second.seq + 1 }, () => null);
      store.runs.append("run", third, () => null);
      expect(count()).toBe(1);
    });
    expect(count()).toBe(3);
    expect(store.runs.events("run")).toEqual([second, { ...first, seq: second.seq + 1 }, third]);
    expect(raw((db) => db.prepare("SELECT COUNT(*) FROM calls").pluck().get())).toBe(3);
  });

  it("handoffs have rows once the run has ended: what was sent, to whom it was shown, what stayed", async () => {
    const log = await chat();
    const rows = () =>
      raw((db) =>
        db.prepare("SELECT id, state, written, shown, written_in_call, shown_in_call FROM handoffs ORDER BY length(id), id").all(),
      );
    for (const stamped of log.slice(0, -1)) store.runs.append("run", stamped, () => null);
    expect(rows()).toEqual([]);
    store.runs.append("run", log.at(-1) as StampedEvent, () => null);
    const of = <T extends RunEvent["type"]>(type: T) =>
      log.flatMap(({ event }) => (event.type === type ? [event as Extract<RunEvent, { type: T }>] : []));
    const shown = new Map(of("handoff-shown").map((each) => [each.id, each]));
    const undelivered = new Set(of("message-undelivered").map((each) => each.id));
    expect(undelivered.size).toBeGreaterThan(0);
    expect(rows()).toEqual(
      of("message-sent").map(({ id, written, callId }) => ({
        id,
        state: undelivered.has(id) ? "undelivered" : "shown",
        written,
        shown: shown.get(id)?.shown ?? null,
        written_in_call: callId,
        shown_in_call: shown.get(id)?.callId ?? null,
      })),
    );
  });

  it("the requests of lost calls are found in full", async () => {
    const log = await chat();
    const calls = log.filter(({ event }) => event.type === "call-started" || event.type === "call-ended");
    const last = calls.findLastIndex(({ event }) => event.type === "call-started");
    const { event: lost } = calls[last] as StampedEvent;
    for (const stamped of calls.slice(0, last + 1)) store.runs.append("run", stamped, () => null);
    if (lost.type !== "call-started") throw new Error("not a call");
    const failure = { code: "network" as const, message: "gone" };
    const failed: RunEvent = { type: "call-failed", id: lost.id, agent: lost.agent, failure, attempts: 1, lostTokens: 7 };
    store.runs.append("run", { seq: 999, atMs: 0, event: failed }, () => null);
    expect(store.spending.uncountedRequests({ experiment: "x" })).toEqual([lost.request]);
  });

  it("a file of an earlier version keeps its events and handoffs", () => {
    const old = join(folder, "old.db");
    const before = openStore({ file: old, migrations: MIGRATIONS.slice(0, 2) });
    if (!before.ok) throw new Error(before.error.code);
    const { db } = before.store;
    db.pragma("foreign_keys = OFF");
    db.exec(`INSERT INTO runs (id, experiment_id, arm_id, task_id, repeat, attempt, started_at_ms) VALUES ('r', 'x', 'a', 't', 1, 1, 0);
      INSERT INTO events VALUES ('r', 1, 20, 'message-undelivered', '{"type":"message-undelivered","id":"h1"}'),
        ('r', 0, 10, 'round-started', '{"type":"round-started","round":1,"agents":["A"]}');
      INSERT INTO handoffs (run_id, id, message_id, edge_id, source, target, round, state, written, shown, written_in_call, loss)
        VALUES ('r', 'h1', 'm1', 'e', 'A', 'B', 2, 'shown', 'words', 'block', 'A.t1.c1', 0.25);`);
    before.store.close();
    const after = openStore({ file: old });
    if (!after.ok) throw new Error(after.error.code);
    expect(new RunTable(after.store.db).events("r")).toEqual([
      { seq: 0, atMs: 10, event: { type: "round-started", round: 1, agents: ["A"] } },
      { seq: 1, atMs: 20, event: { type: "message-undelivered", id: "h1" } },
    ]);
    expect(after.store.db.prepare("SELECT id, edge_id, state, written, shown, loss, shown_in_call FROM handoffs").all()).toEqual([
      { id: "h1", edge_id: "e", state: "shown", written: "words", shown: "block", loss: 0.25, shown_in_call: null },
    ]);
    after.store.close();
  });
});
