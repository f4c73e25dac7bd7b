/** Owns one cell from start, or from where it was cut off, to its measured end: engine, store and probes brought together. */
import type { Arm } from "#shared/experiment/plan.ts";
import { cellName } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import type { CellOutcome, RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { CallFailure } from "#shared/run/messages.ts";
import type { RunMode } from "#main/engine/mode.ts";
import { PROMPTS_VERSION } from "#main/engine/prompts.ts";
import { type LostCall, readRecord, RecordMismatch, resumed } from "#main/engine/record.ts";
import type { RunResult } from "#main/engine/run.ts";
import { hashJson } from "#main/exchange/hash.ts";
import { PATTERN_PROBE } from "#main/measure/pattern-probe.ts";
import type { TaskProbes } from "#main/measure/task-probes.ts";
import { costUsd } from "#main/models/prices.ts";
import { cellScript } from "#main/models/simulated/script.ts";
import type { CellKey } from "#main/store/experiments.ts";
import type { Store } from "#main/store/store.ts";
import { bestOf } from "#main/lab/best-of.ts";
import { measureGently } from "#main/lab/measure-gently.ts";
import { type Playing, playRun } from "#main/lab/play-run.ts";
import { StoredTogether } from "#main/lab/together.ts";

export interface CellParts extends Playing {
  experimentId: string;
  arm: Arm;
  design: Org;
  probes: TaskProbes;
  repeat: number;
  store: Store;
  /** Told of each event after it is stored. */
  onEvent(event: RunEvent): void;
  /** Told of each step, those too that an earlier process stored. */
  onStep(event: RunEvent): void;
}

export interface CellEnd {
  outcome: CellOutcome;
  /** Why it failed; null where it did not. */
  failure: CallFailure | null;
  /** The cap that left no room for another call, in words; null where none stood in the way. */
  capReached: string | null;
}

/** Runs and measures a cell, going on with the run that it has. Rejects only on a bug or when the store cannot write. */
export async function runCell(parts: CellParts): Promise<CellEnd> {
  const { store, arm, probes, repeat, experimentId } = parts;
  const key: CellKey = { experimentId, armId: arm.id, taskId: probes.task.id, repeat };
  const cut = cutOffRun(store, key);
  if (cut) {
    try {
      return await new CellRun(parts, key, cut.id, cut.log).go();
    } catch (error) {
      // The engine has changed since: what was stored stays, and the cell is run anew.
      if (!(error instanceof RecordMismatch)) throw error;
    }
  }
  const attempt = store.runs.attempts(key) + 1;
  const id = `run_${hashJson([experimentId, cellName(arm.id, probes.task.id, repeat), attempt]).slice(0, 20)}`;
  store.runs.start({ ...key, id, attempt, startedAtMs: parts.nowMs() });
  return await new CellRun(parts, key, id, []).go();
}

/** The cell's newest run where it can be gone on with: it has begun, with the engine's present words, and is not measured yet. */
function cutOffRun(store: Store, key: CellKey): { id: string; log: StampedEvent[] } | null {
  const run = store.runs.latest(key);
  if (!run || run.status !== null) return null;
  const log = store.runs.events(run.id);
  const first = log[0]?.event;
  return first?.type === "run-started" && first.prompts === PROMPTS_VERSION ? { id: run.id, log } : null;
}

class CellRun {
  #parts: CellParts;
  #key: CellKey;
  #runId: string;
  #log: StampedEvent[];
  #together: StoredTogether;

  constructor(parts: CellParts, key: CellKey, runId: string, log: StampedEvent[]) {
    this.#parts = parts;
    this.#key = key;
    this.#runId = runId;
    this.#log = log;
    this.#together = new StoredTogether((emits) => parts.store.runs.together(runId, emits));
  }

  async go(): Promise<CellEnd> {
    const { plan, arm, probes, repeat, design, simulated } = this.#parts;
    const { task } = probes;
    const cell = cellName(arm.id, task.id, repeat);
    const org = withModel(design, plan.model);
    if (plan.population) simulated.open(cellScript(cell, org, task, plan.population, plan.seed));
    try {
      const log = [...this.#log];
      if (log.length > 0) this.#append(resumed(this.#lostCalls()));
      const result = await playRun(this.#parts, {
        org,
        brief: task.brief,
        cell,
        mode: modeOf(arm, probes),
        log,
        store: (event) => this.#append(event),
        together: this.#together,
        onEvent: this.#parts.onStep,
      });
      return await this.#close(org, result);
    } finally {
      simulated.close(cell);
    }
  }

  /** Calls that were under way when the process died; the simulated population takes nothing for them. */
  #lostCalls(): LostCall[] {
    return this.#parts.plan.connection.kind === "simulated" ? [] : readRecord(this.#log).open;
  }

  #append(event: RunEvent): void {
    const { store, nowMs, prices } = this.#parts;
    const stamped = { seq: this.#log.length, atMs: nowMs(), event };
    store.runs.append(this.#runId, stamped, (model, usage) => costUsd(prices, model, usage));
    this.#log.push(stamped);
    this.#together.tell(() => this.#parts.onEvent(event));
  }

  async #close(org: Org, result: RunResult): Promise<CellEnd> {
    const { store, probes, nowMs } = this.#parts;
    if (result.outcome !== "done") {
      const failure = result.outcome === "failed" ? result.failure : null;
      const capReached = failure?.code === "budget" ? failure.message : null;
      const outcome: CellOutcome = result.outcome === "stopped" || capReached !== null ? "stopped" : "failed";
      store.experiments.finishCell(this.#key, outcome, failure);
      return { outcome, failure: outcome === "failed" ? failure : null, capReached };
    }
    const { status, reason, deliverable } = result;
    const { steps } = readRecord(this.#log);
    store.results.finish({
      ...this.#key,
      runId: this.#runId,
      status,
      reason,
      deliverable,
      measure: await measureGently(org, probes, steps, nowMs),
      probe: PATTERN_PROBE,
      endedAtMs: nowMs(),
    });
    return { outcome: "done", failure: null, capReached: null };
  }
}

/** How an arm is carried out on a task (M12). */
export function modeOf(arm: Arm, probes: TaskProbes): RunMode {
  if (arm.kind === "org") return { kind: "org" };
  const budget = arm.budgets?.[probes.task.id];
  if (arm.baseline === "budget-matched") return { kind: "budget", outputTokens: budget ?? 1 };
  if (arm.baseline === "best-of-n") return { kind: "best-of", draws: budget ?? 1, choose: (texts) => bestOf(probes, texts) };
  return { kind: "one-shot" };
}

/** The design with one model for all agents, where the plan names one. */
export function withModel(org: Org, model: string | null): Org {
  if (model === null) return org;
  return { ...org, defaults: { ...org.defaults, model }, agents: org.agents.map((agent) => ({ ...agent, model: null })) };
}
