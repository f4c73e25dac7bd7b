/** Owns the tables a run writes while it goes on: runs, events, and the calls that are read off them. */
import type { Database, Statement } from "better-sqlite3";
import type { ChangeKind, EndReason, RunEvent, RunStatus, StampedEvent } from "#shared/run/events.ts";
import type { Usage } from "#shared/run/messages.ts";
import type { CellKey } from "#main/store/experiments.ts";
import { HandoffRows } from "#main/store/handoff-rows.ts";
import { EventPacker, type StoredEvent, unpackEvents } from "#main/store/packed-events.ts";

export interface NewRun extends CellKey {
  id: string;
  attempt: number;
  startedAtMs: number;
}

/** A run that goes on from the middle of another, with which it shares everything before. */
export interface NewBranch extends CellKey {
  id: string;
  parentRunId: string;
  /** The first event of the parent that the branch does not share. */
  parentSeq: number;
  branch: BranchInfo;
  studyId: string | null;
  startedAtMs: number;
}

/** What a branch changed, and which of several like it it is. */
export interface BranchInfo {
  handoffId: string;
  how: ChangeKind;
  /** The message in place of the one that was written; null where it was dropped. */
  written: string | null;
  draw: number;
  /** Names the branch's calls. */
  cell: string;
}

export interface RunRow extends CellKey {
  id: string;
  attempt: number;
  parentRunId: string | null;
  parentSeq: number | null;
  branch: BranchInfo | null;
  studyId: string | null;
  status: RunStatus | null;
  reason: EndReason | null;
  deliverable: string | null;
  retention: number | null;
  asksMet: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  startedAtMs: number;
  endedAtMs: number | null;
}

const RUN_COLUMNS = `id, experiment_id AS experimentId, arm_id AS armId, task_id AS taskId, repeat, attempt, parent_run_id AS parentRunId,
  parent_seq AS parentSeq, branch, study_id AS studyId, status, reason, deliverable, retention, asks_met AS asksMet,
  output_tokens AS outputTokens, cost_usd AS costUsd, started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs`;

/** Prices one call: US dollars, or null where the price, or what it took, is not known. */
export type PriceCall = (servedModel: string, usage: Usage) => number | null;

export class RunTable {
  #db: Database;
  #statements = new Map<string, Statement>();

  #packer = new EventPacker();
  #handoffRows: HandoffRows;
  #isTogether = false;
  #inTransaction: (work: () => void) => void;
  #insertWithRows: (runId: string, stamped: StampedEvent, price: PriceCall) => void;

  constructor(db: Database) {
    this.#db = db;
    this.#handoffRows = new HandoffRows(db);
    this.#inTransaction = db.transaction((work: () => void) => work());
    this.#insertWithRows = db.transaction((runId: string, stamped: StampedEvent, price: PriceCall) => {
      this.#insert(runId, stamped);
      this.#project(runId, stamped.event, price);
    });
  }

  /** Starts a cell's next attempt; the cell points at it from now on. */
  start(run: NewRun): void {
    this.#db.transaction(() => {
      this.#run(
        "INSERT INTO runs (id, experiment_id, arm_id, task_id, repeat, attempt, started_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        run.id,
        run.experimentId,
        run.armId,
        run.taskId,
        run.repeat,
        run.attempt,
        run.startedAtMs,
      );
      this.#run(
        "UPDATE cells SET run_id = ? WHERE experiment_id = ? AND arm_id = ? AND task_id = ? AND repeat = ?",
        run.id,
        run.experimentId,
        run.armId,
        run.taskId,
        run.repeat,
      );
    })();
  }

  /** Starts a branch; its cell keeps pointing at the run it is a cell of. */
  startBranch(run: NewBranch): void {
    this.#run(
      `INSERT INTO runs (id, experiment_id, arm_id, task_id, repeat, attempt, parent_run_id, parent_seq, branch, study_id, started_at_ms)
       VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
      run.id,
      run.experimentId,
      run.armId,
      run.taskId,
      run.repeat,
      run.parentRunId,
      run.parentSeq,
      JSON.stringify(run.branch),
      run.studyId,
      run.startedAtMs,
    );
  }

  get(id: string): RunRow | null {
    const row = this.#db.prepare(`SELECT ${RUN_COLUMNS} FROM runs WHERE id = ?`).get(id);
    return row ? runRow(row) : null;
  }

  /** A cell's newest run, whatever became of it; branches are none of a cell's own. */
  latest(key: CellKey): RunRow | null {
    const row = this.#db
      .prepare(
        `SELECT ${RUN_COLUMNS} FROM runs WHERE experiment_id = ? AND arm_id = ? AND task_id = ? AND repeat = ? AND parent_run_id IS NULL
         ORDER BY attempt DESC LIMIT 1`,
      )
      .get(key.experimentId, key.armId, key.taskId, key.repeat);
    return row ? runRow(row) : null;
  }

  /** Says that a run has ended without an outcome: it failed. */
  fail(id: string, nowMs: number): void {
    this.#run("UPDATE runs SET ended_at_ms = ? WHERE id = ?", nowMs, id);
    this.#packer.forget(id);
  }

  /** The branches of a run, oldest first. */
  branchesOf(parentRunId: string): RunRow[] {
    return this.#db
      .prepare(`SELECT ${RUN_COLUMNS} FROM runs WHERE parent_run_id = ? ORDER BY started_at_ms, id`)
      .all(parentRunId)
      .map(runRow);
  }

  /** The branches of a study, by id. */
  ofStudy(studyId: string): RunRow[] {
    return this.#db.prepare(`SELECT ${RUN_COLUMNS} FROM runs WHERE study_id = ? ORDER BY id`).all(studyId).map(runRow);
  }

  attempts(key: CellKey): number {
    const row = this.#db
      .prepare("SELECT MAX(attempt) AS n FROM runs WHERE experiment_id = ? AND arm_id = ? AND task_id = ? AND repeat = ?")
      .get(key.experimentId, key.armId, key.taskId, key.repeat) as { n: number | null };
    return row.n ?? 0;
  }

  /** Stores one event and what follows from it, in one transaction; returns when it is stored. */
  append(runId: string, stamped: StampedEvent, price: PriceCall): void {
    if (this.#isTogether || !hasRows(stamped.event)) {
      // A lone statement is a transaction of its own, at half the price; a transaction needs no other within it.
      this.#insert(runId, stamped);
      this.#project(runId, stamped.event, price);
    } else this.#insertWithRows(runId, stamped, price);
    this.#packer.remember(runId, stamped);
  }

  /** Stores in one transaction what `appends` appends to a run: when it returns all of it is stored, and where it throws none is. */
  together(runId: string, appends: () => void): void {
    this.#isTogether = true;
    try {
      this.#inTransaction(appends);
    } catch (error) {
      // Later events must not refer to what was taken back.
      this.#packer.forget(runId);
      throw error;
    } finally {
      this.#isTogether = false;
    }
  }

  #insert(runId: string, { seq, atMs, event }: StampedEvent): void {
    const body = this.#packer.pack(runId, event);
    this.#run("INSERT INTO events (run_id, seq, at_ms, type, body) VALUES (?, ?, ?, ?, ?)", runId, seq, atMs, event.type, body);
  }

  /** All events of a run in order; of a branch first those that it shares with its parent. */
  events(runId: string): StampedEvent[] {
    const row = this.get(runId);
    const own = this.ownEvents(runId);
    if (!row || row.parentRunId === null || row.parentSeq === null) return own;
    const { parentSeq } = row;
    return [...this.events(row.parentRunId).filter((each) => each.seq < parentSeq), ...own];
  }

  /** The events that were stored under a run itself; a branch's are numbered on from its parent's. */
  ownEvents(runId: string): StampedEvent[] {
    return unpackEvents(
      this.#db.prepare("SELECT seq, at_ms AS atMs, body FROM events WHERE run_id = ? ORDER BY seq").all(runId) as StoredEvent[],
    );
  }

  #project(runId: string, event: RunEvent, price: PriceCall): void {
    switch (event.type) {
      case "call-started":
        this.#run(
          "INSERT INTO calls (run_id, id, agent_id, turn, call, requested_model) VALUES (?, ?, ?, ?, ?, ?)",
          runId,
          event.id,
          event.agent,
          event.turn,
          event.call,
          event.request.model,
        );
        break;
      case "call-ended": {
        const { answer } = event;
        const { usage } = answer;
        this.#run(
          `UPDATE calls SET served_model = ?, request_id = ?, stop_reason = ?, attempts = ?, duration_ms = ?, input_tokens = ?, output_tokens = ?,
             cache_read_tokens = ?, cache_write_tokens = ?, cost_usd = ? WHERE run_id = ? AND id = ?`,
          answer.servedModel,
          answer.requestId,
          answer.stopReason,
          answer.attempts,
          answer.durationMs,
          usage.inputTokens,
          usage.outputTokens,
          usage.cacheReadTokens,
          usage.cacheWriteTokens,
          price(answer.servedModel, usage),
          runId,
          event.id,
        );
        break;
      }
      case "call-failed":
        this.#run(
          "UPDATE calls SET failure_code = ?, failure_message = ?, attempts = ? WHERE run_id = ? AND id = ?",
          event.failure.code,
          event.failure.message,
          event.attempts,
          runId,
          event.id,
        );
        break;
      case "run-ended":
        this.#handoffRows.write(runId);
        break;
      default:
        break;
    }
  }

  #run(sql: string, ...values: unknown[]): void {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    statement.run(...values);
  }
}

/** Whether rows of other tables follow from an event. */
function hasRows({ type }: RunEvent): boolean {
  return type === "call-started" || type === "call-ended" || type === "call-failed" || type === "run-ended";
}

function runRow(row: unknown): RunRow {
  const raw = row as Omit<RunRow, "branch"> & { branch: string | null };
  return { ...raw, branch: raw.branch === null ? null : (JSON.parse(raw.branch) as BranchInfo) };
}
