/** Owns branching a run: everything before one delivery is shared with the parent, one message is changed, and the rest runs again. */
import type { Org } from "#shared/org/schema.ts";
import type { ChangeKind, RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { MessageChange } from "#main/engine/mailbox.ts";
import { PROMPTS_VERSION } from "#main/engine/prompts.ts";
import { type LostCall, readRecord, resumed } from "#main/engine/record.ts";
import { hashJson } from "#main/exchange/hash.ts";
import { PATTERN_PROBE } from "#main/measure/pattern-probe.ts";
import { costUsd } from "#main/models/prices.ts";
import { cellScript } from "#main/models/simulated/script.ts";
import type { RunRow } from "#main/store/runs.ts";
import type { Store } from "#main/store/store.ts";
import { measureGently } from "#main/lab/measure-gently.ts";
import { playRun } from "#main/lab/play-run.ts";
import { modeOf, withModel } from "#main/lab/run-cell.ts";
import type { WorkParts } from "#main/lab/runner.ts";

export interface BranchOrder {
  parentRunId: string;
  /** Of the parent: the message that is changed just before it is delivered. */
  handoffId: string;
  change: { kind: ChangeKind; written: string | null };
  /** Which of several branches with the same change, from 1. */
  draw: number;
  /** The study that it belongs to. */
  studyId: string | null;
}

export type BranchPoint = { ok: true; seq: number; log: StampedEvent[] } | { ok: false; why: string };

/** Where a run's log has to be cut so that the next thing to happen is the delivery of this message. */
export function branchPoint(store: Store, runId: string, handoffId: string): BranchPoint {
  const run = store.runs.get(runId);
  if (!run) return { ok: false, why: `There is no run ${runId}.` };
  const log = store.runs.events(runId);
  const first = log[0]?.event;
  if (run.status === null) return { ok: false, why: `The run ${runId} has not ended; a branch starts from a finished run.` };
  if (first?.type !== "run-started" || first.prompts !== PROMPTS_VERSION)
    return {
      ok: false,
      why: `The run ${runId} was made with other words of the engine's own than ${PROMPTS_VERSION}, so it cannot be gone on with; run the experiment again.`,
    };
  const shown = log.findIndex(({ event }) => event.type === "handoff-shown" && event.id === handoffId);
  if (shown === -1) {
    const sent = log.some(({ event }) => event.type === "message-sent" && event.id === handoffId);
    const why = sent ? `The message ${handoffId} was never shown to anybody` : `The run ${runId} has no handoff ${handoffId}`;
    return { ok: false, why: `${why}; choose one that was delivered.` };
  }
  return { ok: true, seq: cutBefore(log, shown), log };
}

/** A round begins with all its deliveries; where agents act each by themselves, a turn does. */
function cutBefore(log: readonly StampedEvent[], shownAt: number): number {
  const before = log.slice(0, shownAt);
  const turnAt = before.findLastIndex(({ event }) => event.type === "turn-started" && turnHolds(event, log[shownAt]?.event));
  const inRounds = before.some(({ event }) => event.type === "round-started");
  const roundAt = before.findLastIndex(({ event }) => event.type === "round-started");
  const at = inRounds && roundAt !== -1 && log.slice(roundAt, turnAt).every(({ event }) => event.type !== "turn-ended") ? roundAt : turnAt;
  return log[at]?.seq ?? 0;
}

function turnHolds(turn: Extract<RunEvent, { type: "turn-started" }>, shown: RunEvent | undefined): boolean {
  return shown?.type === "handoff-shown" && turn.messages.includes(shown.id);
}

/** Under which cell's name each call of a run's log was made: a branch's own calls have the branch's, shared ones their maker's. */
function cellsOfCalls(store: Store, run: RunRow): Map<string, string> {
  const parent = run.parentRunId === null ? null : store.runs.get(run.parentRunId);
  const names = parent ? cellsOfCalls(store, parent) : new Map<string, string>();
  let own = run.branch?.cell ?? "";
  for (const { event } of store.runs.ownEvents(run.id)) {
    if (event.type === "run-started") own = event.cell;
    // Of a parent's later calls a branch knows nothing: its own of the same id come over them.
    if (event.type === "call-started") names.set(event.id, own);
  }
  return names;
}

/** What a branch, and the branches it comes from, changed; a later change of the same message takes the place of an earlier one. */
export function changesAlong(store: Store, runId: string): Map<string, MessageChange> {
  const run = store.runs.get(runId);
  const changes = run?.parentRunId ? changesAlong(store, run.parentRunId) : new Map<string, MessageChange>();
  if (run?.branch) changes.set(run.branch.handoffId, { how: run.branch.how, written: run.branch.written });
  return changes;
}

export interface BranchEnd {
  runId: string;
  outcome: "done" | "failed" | "stopped";
  message: string | null;
}

/** Runs and measures a branch, or goes on with it; one that is there already is not made again. Throws only on a bug or when the store cannot write. */
export async function runBranch(parts: WorkParts & { store: Store; design: Org }, order: BranchOrder): Promise<BranchEnd> {
  const { store } = parts;
  const id = branchId(order);
  const existing = store.runs.get(id);
  if (existing?.status) return { runId: id, outcome: "done", message: null };
  const point = branchPoint(store, order.parentRunId, order.handoffId);
  if (!point.ok) return { runId: id, outcome: "failed", message: point.why };
  const parent = store.runs.get(order.parentRunId) as RunRow;
  const { experimentId, armId, taskId, repeat } = parent;
  const { kind, written } = order.change;
  if (!existing)
    store.runs.startBranch({
      id,
      experimentId,
      armId,
      taskId,
      repeat,
      parentRunId: parent.id,
      parentSeq: point.seq,
      branch: { handoffId: order.handoffId, how: kind, written, draw: order.draw, cell: `${armId}/${taskId}/${repeat}#${id}` },
      studyId: order.studyId,
      startedAtMs: parts.nowMs(),
    });
  return new BranchRun(parts, store.runs.get(id) as RunRow, point.log).go();
}

/** The same order is the same branch. */
export function branchId(order: BranchOrder): string {
  return `run_${hashJson(["branch", order]).slice(0, 20)}`;
}

class BranchRun {
  #parts: WorkParts & { store: Store; design: Org };
  #run: RunRow;
  /** Of the parent, whole: calls that were under way at the cut were answered after it. */
  #parentLog: StampedEvent[];
  #log: StampedEvent[];

  constructor(parts: WorkParts & { store: Store; design: Org }, run: RunRow, parentLog: StampedEvent[]) {
    this.#parts = parts;
    this.#run = run;
    this.#parentLog = parentLog;
    this.#log = parts.store.runs.events(run.id);
  }

  async go(): Promise<BranchEnd> {
    const { store, plan, probes, simulated, design } = this.#parts;
    const { armId, taskId, branch, id } = this.#run;
    const arm = plan.arms.find((each) => each.id === armId);
    const taskProbes = probes.get(taskId);
    if (!arm || !taskProbes || !branch) throw new Error(`the branch ${id} belongs to no arm of its experiment`);
    const { task } = taskProbes;
    const org = withModel(design, plan.model);
    if (plan.population) simulated.open(cellScript(branch.cell, org, task, plan.population, plan.seed));
    try {
      const own = store.runs.ownEvents(id).length;
      const names = cellsOfCalls(store, this.#run);
      const log = [...this.#log];
      if (own > 0) this.#append(resumed(this.#lostCalls(log)));
      const first = log[0]?.event;
      const result = await playRun(this.#parts, {
        org,
        brief: task.brief,
        cell: branch.cell,
        mode: modeOf(arm, taskProbes),
        log,
        later: this.#answeredLater(log),
        parent: { cell: first?.type === "run-started" ? first.cell : branch.cell, cellOf: (callId) => names.get(callId) ?? branch.cell },
        changes: changesAlong(store, id),
        store: (event) => this.#append(event),
      });
      if (result.outcome === "stopped") return { runId: id, outcome: "stopped", message: null };
      if (result.outcome === "failed" && result.failure.code === "budget") {
        this.#parts.capReached(result.failure.message);
        return { runId: id, outcome: "stopped", message: result.failure.message };
      }
      if (result.outcome === "failed") {
        store.runs.fail(id, this.#parts.nowMs());
        return { runId: id, outcome: "failed", message: `${result.failure.code}: ${result.failure.message}` };
      }
      store.results.finish({
        experimentId: this.#run.experimentId,
        armId,
        taskId,
        repeat: this.#run.repeat,
        runId: id,
        status: result.status,
        reason: result.reason,
        deliverable: result.deliverable,
        measure: await measureGently(org, taskProbes, readRecord(this.#log).steps, this.#parts.nowMs),
        probe: PATTERN_PROBE,
        endedAtMs: this.#parts.nowMs(),
        isBranch: true,
      });
      return { runId: id, outcome: "done", message: null };
    } finally {
      simulated.close(branch.cell);
    }
  }

  /** Answers that the parent got after the cut to calls it had sent before: nothing in them hangs on what is changed. */
  #answeredLater(log: readonly StampedEvent[]) {
    const sent = new Set(log.flatMap(({ event }) => (event.type === "call-started" ? [event.id] : [])));
    const ended = readRecord(log).results;
    return new Map(
      [...readRecord(this.#parentLog).results].filter(([callId]) => sent.has(callId) && !ended.has(callId) && this.#isShared(callId)),
    );
  }

  #isShared(callId: string): boolean {
    const { parentSeq } = this.#run;
    return this.#parentLog.some(({ event, seq }) => seq < (parentSeq ?? 0) && event.type === "call-started" && event.id === callId);
  }

  #lostCalls(log: readonly StampedEvent[]): LostCall[] {
    if (this.#parts.plan.connection.kind === "simulated") return [];
    return readRecord(log).open.filter((call) => !this.#isShared(call.callId));
  }

  #append(event: RunEvent): void {
    const { store, nowMs, prices } = this.#parts;
    const stamped = { seq: (this.#log.at(-1)?.seq ?? -1) + 1, atMs: nowMs(), event };
    store.runs.append(this.#run.id, stamped, (model, usage) => costUsd(prices, model, usage));
    this.#log.push(stamped);
  }
}
