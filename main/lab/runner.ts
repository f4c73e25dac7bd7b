/** Owns running experiments: which cells are missing, stopping, caps, and the live picture; the cells of all wait in one queue. */
import { type Arm, cellName, type Plan } from "#shared/experiment/plan.ts";
import { DEFAULT_POPULATION } from "#shared/population/schema.ts";
import { connectionName, type ConnectionSpec } from "#shared/run/connection.ts";
import type { RunEvent } from "#shared/run/events.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { openConnection, type Secrets } from "#main/models/connection.ts";
import { Pace } from "#main/models/pace.ts";
import type { PriceTable } from "#main/models/prices.ts";
import type { RetryPolicy, RetryPorts } from "#main/models/retry.ts";
import { type PopulationOptions, SimulatedPopulation } from "#main/models/simulated/population.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";
import { storeFailureSentence } from "#main/store/failure.ts";
import type { Spender } from "#main/store/spending.ts";
import type { Store } from "#main/store/store.ts";
import { Budget, type Caps } from "#main/lab/budget.ts";
import { CellQueue, type Job } from "#main/lab/cell-queue.ts";
import { LivePicture } from "#main/lab/live.ts";
import type { Playing } from "#main/lab/play-run.ts";
import { GiveUp } from "#main/lab/give-up.ts";
import { runCell } from "#main/lab/run-cell.ts";
import { mostSpentUsd } from "#main/lab/spent.ts";

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

/** How many simulated cells go on at once: they wait for nothing but this machine. */
const SIMULATED_CELLS = 8;
/** Cells at once for each request that a connection takes: some always measure, or wait for a colleague. */
const CELLS_PER_REQUEST = 2;

interface Running {
  experimentId: string;
  controller: AbortController;
  live: LivePicture;
  ended: Promise<RunEnd>;
}

export interface StartOptions {
  /** Hard caps of the whole experiment. */
  caps: Caps;
  onEvent?: (armId: string, event: RunEvent) => void;
  /** Told after each cell and at most a few times a second in between. */
  onChange?: () => void;
}

/** What a job beside the cells of an experiment needs, e.g. a branch. */
export interface WorkParts extends Playing {
  row: ExperimentRow;
  probes: ReadonlyMap<string, TaskProbes>;
  /** Told where a cap leaves no room: nothing more of the work is begun. */
  capReached(message: string): void;
}

function endOf(signal: AbortSignal, halted: RunEnd | null): RunEnd {
  return signal.aborted ? { end: "stopped", message: null } : (halted ?? { end: "finished", message: null });
}

function atTheCap(why: string): RunEnd {
  return { end: "cap-reached", message: `Stopped at the cap: ${why}. What had finished is kept.` };
}

export class Runner {
  readonly queue = new CellQueue();
  #parts: RunnerParts;
  #running = new Map<string, Running>();
  /** How the last run of each experiment ended, and what it showed. */
  #ended = new Map<string, RunEnd>();
  #paces = new Map<string, Pace>();

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

  /** How many requests a connection has out, and how many it takes now; null where nothing was sent on it yet. */
  pace(spec: ConnectionSpec): Pace | null {
    return this.#paces.get(connectionName(spec)) ?? null;
  }

  /** Runs what is missing of an experiment; resolves when it has ended. A second start joins the first. */
  start(experimentId: string, options: StartOptions): Promise<RunEnd> {
    return this.#begin(experimentId, experimentId, options, (controller, live) => this.#run(experimentId, options, controller, live));
  }

  /** Runs other work on an experiment's connection under the same rules: one at a time per name, stoppable, under caps of its own. */
  work(
    { name, experimentId, spender }: { name: string; experimentId: string; spender: Spender },
    options: StartOptions,
    jobs: (parts: WorkParts) => Job[],
  ): Promise<RunEnd> {
    return this.#begin(name, experimentId, options, async (controller) => {
      const { row, playing, probes } = this.#prepare(experimentId, spender, options, controller);
      let halted: RunEnd | null = null;
      const capReached = (message: string) => {
        halted ??= atTheCap(message);
        this.queue.drop(name);
      };
      await this.#queued(name, row.plan.connection, jobs({ ...playing, row, probes, capReached }), controller);
      return endOf(controller.signal, halted);
    });
  }

  #begin(
    name: string,
    experimentId: string,
    options: StartOptions,
    run: (controller: AbortController, live: LivePicture) => Promise<RunEnd>,
  ): Promise<RunEnd> {
    const already = this.#running.get(name);
    if (already) return already.ended;
    const controller = new AbortController();
    const live = new LivePicture();
    // Begun a moment later: a stop that comes with the very first event must find this entry.
    const ended = Promise.resolve()
      .then(() => run(controller, live))
      .catch((error: unknown): RunEnd => {
        controller.abort();
        const sentence = storeFailureSentence(error, this.#parts.store.file);
        return { end: "failed", message: sentence ?? (error instanceof Error ? error.message : String(error)) };
      })
      .then((end) => {
        this.#running.delete(name);
        this.#ended.set(name, end);
        options.onChange?.();
        return end;
      });
    this.#running.set(name, { experimentId, controller, live, ended });
    return ended;
  }

  /** Aborts requests in flight and sends nothing more; resolves when everything has come to rest. */
  async stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    running?.controller.abort(new Error("stopped"));
    this.queue.drop(name);
    await running?.ended;
  }

  /** Stops an experiment with all other work on it. */
  async stopExperiment(experimentId: string): Promise<void> {
    const names = [...this.#running].filter(([, running]) => running.experimentId === experimentId).map(([name]) => name);
    await Promise.all(names.map((name) => this.stop(name)));
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stop(name)));
  }

  #prepare(experimentId: string, spender: Spender, options: StartOptions, controller: AbortController) {
    const { store, ports } = this.#parts;
    const row = store.experiments.get(experimentId);
    const suite = row ? store.orgs.suite(row.suiteHash) : null;
    if (!row || !suite) throw new Error(`there is no experiment ${experimentId}`);
    const simulated = new SimulatedPopulation(this.#parts.population);
    const prices = this.#parts.prices();
    const pace = this.#paceOf(row.plan.connection);
    const connection = openConnection(row.plan.connection, { ...this.#parts, simulated, ...(pace ? { pace } : {}) });
    const plan = { ...row.plan, population: row.plan.population ?? (row.plan.connection.kind === "simulated" ? DEFAULT_POPULATION : null) };
    const probes = new Map(
      plan.tasks.map(({ id }) => [id, new TaskProbes(suite.tasks.find((task) => task.id === id) as (typeof suite.tasks)[number])]),
    );
    const playing: Playing = {
      plan,
      connection,
      simulated,
      budget: new Budget({ caps: options.caps, used: this.#spent(spender, options.caps, prices) }),
      prices,
      nowMs: ports.nowMs,
      sleep: ports.sleep,
      signal: controller.signal,
    };
    return { row, playing, probes };
  }

  /** What counts against the caps already. */
  #spent(spender: Spender, caps: Caps, prices: PriceTable): { outputTokens: number; usd: number | null } {
    const { spending } = this.#parts.store;
    const outputTokens = spending.outputTokensSpent(spender);
    if (caps.usd === null) return { outputTokens, usd: 0 };
    return { outputTokens, usd: mostSpentUsd(spending, spender, prices) };
  }

  async #run(experimentId: string, options: StartOptions, controller: AbortController, live: LivePicture): Promise<RunEnd> {
    const { store } = this.#parts;
    const { row, playing, probes } = this.#prepare(experimentId, { experiment: experimentId }, options, controller);
    const { plan } = row;
    live.budget = playing.budget;
    store.experiments.reopenCells(experimentId);
    const designs = new Map(plan.arms.map((arm) => [arm.id, store.orgs.version(arm.orgHash)]));
    const giveUp = new GiveUp();
    let halted: RunEnd | null = null;
    const jobs = this.#missing(experimentId, plan).map(
      ({ arm, taskId, repeat }): Job =>
        async () => {
          if (controller.signal.aborted || halted !== null) return;
          const design = designs.get(arm.id);
          const taskProbes = probes.get(taskId);
          if (!design || !taskProbes) throw new Error(`the design of arm ${arm.name} is not in the store`);
          live.cellStarted(arm.id, taskId, repeat);
          const end = await runCell({
            ...playing,
            experimentId,
            arm,
            design,
            probes: taskProbes,
            repeat,
            store,
            onWords: (agent, callId, words) => live.words(arm.id, `${cellName(arm.id, taskId, repeat)} ${callId}`, agent, words),
            onStep: (event) => live.event(arm.id, event, cellName(arm.id, taskId, repeat)),
            onEvent: (event) => options.onEvent?.(arm.id, event),
          });
          live.cellEnded(arm.id, taskId, repeat);
          options.onChange?.();
          const hopeless = giveUp.after(end);
          if (end.capReached !== null) halted ??= atTheCap(end.capReached);
          else if (hopeless !== null) halted ??= { end: "failed", message: hopeless };
          // Simulated cells never wait for a network: let requests and a stop through.
          await new Promise((resolve) => setImmediate(resolve));
        },
    );
    await this.#queued(experimentId, plan.connection, jobs, controller);
    // Those that were to be tried again and had no turn: they were stopped, no crash has cut them off.
    if (controller.signal.aborted || halted !== null) store.experiments.stopBegun(experimentId);
    return endOf(controller.signal, halted);
  }

  async #queued(name: string, connection: ConnectionSpec, jobs: Job[], controller: AbortController): Promise<void> {
    const lane = connectionName(connection);
    const pace = this.#paceOf(connection);
    this.queue.setWidth(lane, () => (pace ? pace.limit * CELLS_PER_REQUEST : SIMULATED_CELLS));
    await this.queue.run(
      lane,
      name,
      jobs.map(
        (job) => () =>
          job().catch((error: unknown) => {
            controller.abort(error);
            throw error;
          }),
      ),
    );
  }

  /** One pace for all who use a connection; the simulated population has no use for one. */
  #paceOf(spec: ConnectionSpec): Pace | null {
    if (spec.kind === "simulated") return null;
    const name = connectionName(spec);
    let pace = this.#paces.get(name);
    if (!pace) {
      pace = new Pace(this.#parts.ports);
      pace.onChange(() => this.queue.wake());
      this.#paces.set(name, pace);
    }
    return pace;
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
