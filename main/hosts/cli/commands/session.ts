/** Owns what the commands that work on an experiment in the database share: finding it, running on its connection, waiting. */
import type { RunEvent } from "#shared/run/events.ts";
import { BadInput } from "#main/hosts/cli/exit.ts";
import { readCount, readUsd } from "#main/hosts/cli/inputs.ts";
import { readServerKey } from "#main/hosts/launch/server-key.mjs";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import type { Caps } from "#main/lab/budget.ts";
import { readPrices } from "#main/lab/prices-file.ts";
import { type RunEnd, Runner } from "#main/lab/runner.ts";
import type { Secrets } from "#main/models/connection.ts";
import { boundKey } from "#main/models/server-key.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";
import type { Store } from "#main/store/store.ts";

/** An experiment by its id, or by the start of it. */
export function findExperiment(store: Store, id: string): ExperimentRow {
  const rows = store.experiments.list();
  const matching = rows.filter((each) => each.id === id || each.id.startsWith(id) || each.id.startsWith(`experiment_${id}`));
  const row = matching.find((each) => each.id === id) ?? (matching.length === 1 ? matching[0] : undefined);
  if (row) return row;
  const there = rows
    .slice(0, 5)
    .map((each) => each.id)
    .join(", ");
  throw new BadInput(
    `There is no experiment "${id}"${matching.length > 1 ? " alone: several begin so" : ""}; ${there === "" ? "the database holds none" : `there are ${there}`}.`,
  );
}

export interface SpendFlags {
  keyEnv?: string;
  maxOutputTokens?: string;
  maxUsd?: string;
}

/** Keys from the environment only; they go to the connection and nowhere else. */
export function secretsFor(keyEnv: string | undefined): Secrets {
  const own = keyEnv === undefined ? null : readServerKey(keyEnv);
  if (own?.ok === false) throw new BadInput(own.message);
  return { anthropicKey: () => process.env.ANTHROPIC_API_KEY || null, ...boundKey(own?.key ?? null) };
}

export function capsFrom(flags: SpendFlags): Caps {
  return {
    outputTokens: flags.maxOutputTokens === undefined ? null : readCount("--max-output-tokens", flags.maxOutputTokens, 1),
    usd: flags.maxUsd === undefined ? null : readUsd("--max-usd", flags.maxUsd),
  };
}

/** A runner over the store, with the keys that the flags name. */
export function runnerFor(store: Store, folder: string | null, row: ExperimentRow, flags: SpendFlags): Runner {
  const secrets = secretsFor(flags.keyEnv);
  if (row.plan.connection.kind === "anthropic" && secrets.anthropicKey() === null)
    throw new BadInput("This experiment ran on the Anthropic API, which needs a key: set ANTHROPIC_API_KEY.");
  const prices = readPrices(folder);
  return new Runner({ store, secrets, prices: () => prices.table, ports: NODE_PORTS });
}

/** Waits; Ctrl+C and SIGTERM end in a clean stop with everything finished so far kept. */
export async function untilEnd(running: Promise<RunEnd>, stop: () => void): Promise<RunEnd> {
  // Not once: npm passes a Ctrl+C on that the terminal has sent already, and the second must not cut the stopping short.
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await running;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** How a retry is told. */
export function retryText(event: Extract<RunEvent, { type: "call-retried" }>): string {
  return `retry ${event.attempt} in ${(event.waitMs / 1000).toFixed(1)} s (${event.reason})`;
}
