/** Owns running experiments: which cells are missing, how many at once, stopping, and the live picture. */
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import { DEFAULT_POPULATION } from "#shared/population/schema.ts";
import type { RunEvent } from "#shared/run/events.ts";
import { openConnection, type Secrets } from "#main/models/connection.ts";
import { costUsd, type PriceTable } from "#main/models/prices.ts";
import type { RetryPolicy, RetryPorts } from "#main/models/retry.ts";
import { SimulatedPopulation, type PopulationOptions } from "#main/models/simulated/population.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import type { Store } from "#main/store/store.ts";
import { TokenBudget } from "#main/lab/budget.ts";
import { LivePicture } from "#main/lab/live.ts";
import { runCell } from "#main/lab/run-cell.ts";

export interface RunnerParts {
  store: Store;
  secrets: Secrets;
  prices(): PriceTable;
  ports: RetryPorts;
  retry?: RetryPolicy;
  /** Replaces the network; tests only. */
  fetch?: typeof fetch;
  population?: PopulationOptions;
}

export interface RunEnd {
  end: "finished" | "stopped" | "cap-reached" | "failed";
  /** Why it failed as a whole, e.g. a full disk; a failed cell is no such failure. */
  message: string | null;
}

/** How many cells go on at once. */
const CELLS_AT_ONCE = 8;

interface Running {
  controller: AbortController;
  live: LivePicture;
  ended: Promise<RunEnd>;
}

export interface StartOptions {
  /** Hard cap on output tokens of the whole experiment. */
  maxOutputTokens: number | null;
  onEvent?: (armId: string, event: RunEvent) => void;
  /** Told after each cell and at most a few times a second in between. */
  onChange?: () => void;
}

export class Runner {
  #parts: RunnerParts;
  #running = new Map<string, Running>();
  /** How the last run of each experiment ended, and what it showed. */
  #ended = new Map<string, RunEnd>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  isRunning(experimentId: string): boolean {
    return this.#running.has(experimentId);
  }

  live(experimentId: string): LivePicture | null {
    return this.#running.get(experimentId)?.live ?? null;
  }

  lastEnd(experimentId: string): RunEnd | null {
    return this.#ended.get(experimentId) ?? null;
  }

  /** Runs what is missing of an experiment; resolves when it has ended. A second start joins the first. */
  start(experimentId: string, options: StartOptions): Promise<RunEnd> {
    const already = this.#running.get(experimentId);
    if (already) return already.ended;
    const controller = new AbortController();
    const live = new LivePicture();
    // Begun a moment later: a stop that comes with the very first event must find this entry.
    const ended = Promise.resolve()
      .then(() => this.#run(experimentId, options, controller, live))
      .catch((error: unknown): RunEnd => {
        controller.abort();
        return { end: "failed", message: error instanceof Error ? error.message : String(error) };
      })
      .then((end) => {
        this.#running.delete(experimentId);
        this.#ended.set(experimentId, end);
        options.onChange?.();
        return end;
      });
    this.#running.set(experimentId, { controller, live, ended });
    return ended;
  }

  /** Aborts requests in flight and sends nothing more; resolves when everything has come to rest. */
  async stop(experimentId: string): Promise<void> {
    const running = this.#running.get(experimentId);
    running?.controller.abort(new Error("stopped"));
    await running?.ended;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.stop(id)));
  }

  async #run(experimentId: string, options: StartOptions, controller: AbortController, live: LivePicture): Promise<RunEnd> {
    const { store } = this.#parts;
    const row = store.experiments.get(experimentId);
    const suite = row ? store.orgs.suite(row.suiteHash) : null;
    if (!row || !suite) throw new Error(`there is no experiment ${experimentId}`);
    const { plan } = row;
    store.experiments.reopenCells(experimentId);
    const waiting = this.#missing(experimentId, plan);
    const simulated = new SimulatedPopulation(this.#parts.population);
    const connection = openConnection(plan.connection, { ...this.#parts, simulated });
    const budget = new TokenBudget(options.maxOutputTokens, store.results.outputTokensSpent(experimentId));
    const probes = new Map(
      plan.tasks.map(({ id }) => [id, new TaskProbes(suite.tasks.find((task) => task.id === id) as (typeof suite.tasks)[number])]),
    );
    const designs = new Map(plan.arms.map((arm) => [arm.id, store.orgs.version(arm.orgHash)]));
    const prices = this.#parts.prices();
    let capReached = false;
    let next = 0;
    const worker = async () => {
      for (;;) {
        const cell = waiting[next];
        if (!cell || controller.signal.aborted || capReached) return;
        next += 1;
        const design = designs.get(cell.arm.id);
        const taskProbes = probes.get(cell.taskId);
        if (!design || !taskProbes) throw new Error(`the design of arm ${cell.arm.name} is not in the store`);
        live.cellStarted(cell.arm.id, cell.taskId, cell.repeat);
        const end = await runCell({
          experimentId,
          plan: { ...plan, population: plan.population ?? (plan.connection.kind === "simulated" ? DEFAULT_POPULATION : null) },
          arm: cell.arm,
          design,
          probes: taskProbes,
          repeat: cell.repeat,
          store,
          connection,
          simulated,
          budget,
          price: (model, usage) => costUsd(prices, model, usage),
          nowMs: this.#parts.ports.nowMs,
          sleep: this.#parts.ports.sleep,
          signal: controller.signal,
          onEvent: (event) => {
            live.event(cell.arm.id, event);
            options.onEvent?.(cell.arm.id, event);
          },
        });
        live.cellEnded(cell.arm.id, cell.taskId, cell.repeat);
        options.onChange?.();
        if (end.capReached) capReached = true;
        // Simulated cells never wait for a network: let requests and a stop through.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const workers = Array.from({ length: Math.min(CELLS_AT_ONCE, waiting.length) }, () =>
      worker().catch((error: unknown) => {
        controller.abort(error);
        throw error;
      }),
    );
    const settled = await Promise.allSettled(workers);
    const broken = settled.find((each) => each.status === "rejected");
    if (broken?.status === "rejected") throw broken.reason;
    if (controller.signal.aborted) return { end: "stopped", message: null };
    if (capReached)
      return { end: "cap-reached", message: `The cap of ${options.maxOutputTokens} output tokens was reached; what had finished is kept.` };
    return { end: "finished", message: null };
  }

  /** Cells that are not done, interleaved over arms so that no arm has a time of day of its own (M13). */
  #missing(experimentId: string, plan: Plan): { arm: Arm; taskId: string; repeat: number }[] {
    const done = new Set(
      this.#parts.store.experiments
        .cells(experimentId)
        .filter((cell) => cell.outcome === "done")
        .map((cell) => JSON.stringify([cell.armId, cell.taskId, cell.repeat])),
    );
    const cells: { arm: Arm; taskId: string; repeat: number }[] = [];
    for (let repeat = 1; repeat <= plan.repeats; repeat += 1)
      for (const task of plan.tasks)
        for (const arm of plan.arms) if (!done.has(JSON.stringify([arm.id, task.id, repeat]))) cells.push({ arm, taskId: task.id, repeat });
    return cells;
  }
}
