/** Owns one cell of an experiment in a test: run on the simulated population, cut off and gone on with, branched. */
import fc from "fast-check";
import type { Org } from "#shared/org/schema.ts";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { Suite } from "#shared/task/schema.ts";
import { type BranchEnd, type BranchOrder, runBranch } from "#main/lab/branch.ts";
import { hashOrg } from "#main/exchange/hash.ts";
import { makePlan, type PlanInput } from "#main/lab/make-plan.ts";
import { type RunEnd, Runner } from "#main/lab/runner.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import { readRecord } from "#main/engine/record.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import type { Fault } from "#main/models/simulated/wire.ts";
import type { CellKey } from "#main/store/experiments.ts";
import type { RunRow } from "#main/store/runs.ts";
import type { Store } from "#main/store/store.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { memoryStore, population, testPorts } from "#test/support/lab.ts";

export interface CellOptions {
  seed?: number;
  population?: Record<string, unknown>;
  solos?: PlanInput["solos"];
  faults?: (identity: string, attempt: number) => Fault | null;
  /** What a process before wrote down of the cell's run. */
  log?: readonly StampedEvent[];
}

/** An experiment with one cell per arm, in a store in memory. */
export class TestCell {
  readonly store: Store = memoryStore();
  readonly runner: Runner;
  readonly key: CellKey;
  /** The calls that were sent, by their names. */
  readonly asked: string[] = [];

  constructor(org: Org, suite: Suite, options: CellOptions = {}) {
    const made = makePlan({
      solos: options.solos ?? [],
      orgs: [org],
      suite,
      tasks: suite.tasks.slice(0, 1).map((task) => task.id),
      repeats: 1,
      connection: { kind: "simulated" },
      model: null,
      population: population(options.population ?? {}),
      seed: options.seed ?? 1,
      // What a budget is worked out from: the org took four times what one call alone takes.
      past: { median: (hash) => ({ outputTokens: hash === hashOrg(org) ? 400 : 100, costUsd: null, runs: 3 }) },
    });
    if (!made.ok) throw new Error(made.problems.map((each) => each.message).join(" "));
    const { id } = prepareExperiment(this.store, made.planned, suite, { fresh: false, name: "Test", nowMs: 0 });
    const cell = this.store.experiments.cells(id).find((each) => each.armId.startsWith("arm_org_"));
    if (!cell) throw new Error("no cell");
    this.key = { experimentId: id, armId: cell.armId, taskId: cell.taskId, repeat: cell.repeat };
    this.runner = new Runner({
      store: this.store,
      secrets: { anthropicKey: () => null, serverKey: () => null },
      prices: () => BUILT_IN_PRICES,
      ports: testPorts(),
      population: {
        faults: (identity, attempt) => {
          this.asked.push(identity);
          return options.faults?.(identity, attempt) ?? null;
        },
      },
    });
    if (!options.log) return;
    this.store.runs.start({ ...this.key, id: "run_before", attempt: 1, startedAtMs: 0 });
    for (const stamped of options.log) this.store.runs.append("run_before", stamped, () => null);
  }

  /** Runs what is missing. */
  async run(onEvent?: (event: RunEvent) => void): Promise<RunEnd> {
    return this.runner.start(this.key.experimentId, {
      caps: { outputTokens: null, usd: null },
      ...(onEvent ? { onEvent: (_arm: string, event: RunEvent) => onEvent(event) } : {}),
    });
  }

  get row(): RunRow {
    const row = this.store.runs.latest(this.key);
    if (!row) throw new Error("the cell has no run");
    return row;
  }

  get log(): StampedEvent[] {
    return this.store.runs.events(this.row.id);
  }

  /** Branches the cell's run, or a branch of it; a bug of the branch's rejects. */
  async branch(order: Partial<BranchOrder> & Pick<BranchOrder, "handoffId" | "change">, stopAfter = Infinity): Promise<BranchEnd> {
    const { experimentId } = this.key;
    const arm = this.store.experiments.get(experimentId)?.plan.arms.find((each) => each.id === this.key.armId);
    const design = arm ? this.store.orgs.version(arm.orgHash) : null;
    if (!design) throw new Error("no design");
    let end: BranchEnd | null = null;
    const { store } = this;
    let left = stopAfter;
    const counted = new Proxy(store, {
      get: (target, name) => {
        if (name !== "runs") return Reflect.get(target, name, target) as unknown;
        return new Proxy(target.runs, {
          get: (runs, method) => {
            const value = Reflect.get(runs, method, runs) as unknown;
            if (typeof value !== "function") return value;
            const bound = (value as (...given: unknown[]) => unknown).bind(runs);
            if (method !== "append") return bound;
            return (...given: unknown[]) => {
              if ((left -= 1) < 0) throw new Error("the process died");
              return bound(...given);
            };
          },
        });
      },
    });
    const done = await this.runner.work(
      { name: `branch ${order.handoffId}`, experimentId, spender: { branchesOf: order.parentRunId ?? this.row.id } },
      { caps: { outputTokens: null, usd: null } },
      (parts) => [
        async () => {
          const whole: BranchOrder = { parentRunId: this.row.id, draw: 1, studyId: null, ...order };
          end = await runBranch({ ...parts, store: counted, design }, whole);
        },
      ],
    );
    if (!end) throw new Error(done.message ?? done.end);
    return end;
  }
}

/** An org for the simulated population: memories that overflow, time that runs out, both schedules. */
export function labOrgs(agents = 4): fc.Arbitrary<Org> {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 2 });
  const limits = fc.record({
    turnsAtOnce: maybe(fc.integer({ min: 1, max: 3 })),
    wallClockMs: maybe(fc.integer({ min: 3_000, max: 20_000 })),
    contextTokens: maybe(fc.integer({ min: 1_600, max: 3_000 })),
    outputTokens: maybe(fc.integer({ min: 1_000, max: 4_000 })),
  });
  return fc
    .tuple(arbitraryOrg({ agents }), limits, fc.constantFrom("rounds" as const, "eager" as const), fc.constantFrom(60, 500))
    .map(([org, more, schedule, maxOutputTokens]) => {
      const defaults = { ...org.defaults, settings: { maxOutputTokens } };
      return { ...org, schedule, defaults, limits: { ...org.limits, ...more } };
    });
}

/** The steps of a log, without what says when it was cut off and how long answers really took. */
export function stepsOf(log: readonly StampedEvent[]): RunEvent[] {
  return readRecord(log).steps.map((step) => (step.type === "call-ended" ? { ...step, answer: { ...step.answer, durationMs: 0 } } : step));
}
