/** Owns running an experiment on the test's own server through the real SDK: real time, but retries that do not wait long. */
import type { ConnectionSpec } from "#shared/run/connection.ts";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { Runner, type RunnerParts } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import type { RetryPolicy } from "#main/models/retry.ts";
import type { Store } from "#main/store/store.ts";
import { type CrashPlan, prepare } from "#test/support/crash-job.ts";
import { serverPlan } from "#test/support/crash-plans.ts";
import type { FaultServer } from "#test/support/fault-server.ts";
import { memoryStore } from "#test/support/lab.ts";

export const NO_CAPS = { outputTokens: null, usd: null };
export const QUICK_RETRY: RetryPolicy = { attempts: 30, baseMs: 4, mostMs: 30, mostRetryAfterMs: 5_000 };

export interface FaultRun {
  store: Store;
  runner: Runner;
  id: string;
  plan: CrashPlan;
  spec: ConnectionSpec;
}

/** An experiment on a server, ready to start. */
export function faultRun(
  server: FaultServer,
  { store = memoryStore(), plan = {}, ...parts }: { store?: Store; plan?: Partial<CrashPlan> } & Partial<Omit<RunnerParts, "store">> = {},
): FaultRun {
  const whole = { ...serverPlan(1, server.url, false), ...plan };
  const runner = new Runner({
    store,
    secrets: { anthropicKey: () => null, serverKey: () => "a-key" },
    prices: () => BUILT_IN_PRICES,
    ports: NODE_PORTS,
    retry: QUICK_RETRY,
    ...parts,
  });
  return { store, runner, id: prepare(store, whole), plan: whole, spec: whole.connection };
}

/** What became of the cells: how many of each outcome. */
export function outcomes({ store, id }: FaultRun): Record<string, number> {
  return Object.fromEntries(Object.entries(store.experiments.counts(id)).filter(([, count]) => count > 0));
}
