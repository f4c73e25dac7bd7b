/** Owns what the flags of `driftlab run` say: arms, tasks, caps and keys, checked before anything is opened. */
import { DEFAULT_REPEATS, DEFAULT_SEED } from "#shared/experiment/plan.ts";
import { type Loaded, problemsAsLine } from "#shared/problem.ts";
import type { Secrets } from "#main/models/connection.ts";
import { secretsFor } from "#main/hosts/cli/commands/session.ts";
import { BadInput } from "#main/hosts/cli/exit.ts";
import {
  readConnection,
  readCount,
  readFamilySpec,
  readOrg,
  readPopulation,
  readSolos,
  readSuite,
  readUsd,
} from "#main/hosts/cli/inputs.ts";
import { type Axis, readAxis, readTrait } from "#main/lab/arms/axes.ts";
import type { PastRuns } from "#main/lab/arms/budgets.ts";
import type { Caps } from "#main/lab/budget.ts";
import { expandSweep } from "#main/lab/arms/sweep.ts";
import { makePlan, type Planned, type PlanInput } from "#main/lab/make-plan.ts";

export interface RunFlags {
  suite: string;
  tasks?: string;
  solo: string;
  pilot?: string;
  trait?: string[];
  sweep?: string[];
  repeats: string;
  connection: string;
  keyEnv?: string;
  population?: string;
  model?: string;
  seed: string;
  maxOutputTokens?: string;
  maxUsd?: string;
  db?: string;
  json?: string;
  csv?: string;
  fresh?: boolean;
}

export const RUN_DEFAULTS = {
  suite: "relay",
  solo: "one-shot",
  repeats: String(DEFAULT_REPEATS),
  connection: "simulated",
  seed: String(DEFAULT_SEED),
};

export interface RunChoices {
  input: Omit<PlanInput, "past">;
  secrets: Secrets;
  /** On what the whole command may take, pilot and experiment together. */
  caps: Caps;
  /** Runs per task and arm of a pilot; null for none. */
  pilot: number | null;
}

/** Reads the flags; throws `BadInput` with what is wrong. */
export function choicesFrom(orgs: readonly string[], flags: RunFlags): RunChoices {
  const solos = readSolos(flags.solo);
  const connection = readConnection(flags.connection);
  const axes = axesFrom(flags);
  if (flags.population !== undefined && connection.kind !== "simulated")
    throw new BadInput("--population goes with --connection simulated only.");
  if (flags.keyEnv !== undefined && connection.kind !== "compatible")
    throw new BadInput("--key-env goes with a base URL as --connection only; the Anthropic API takes ANTHROPIC_API_KEY.");
  if (connection.kind === "simulated" && (flags.model !== undefined || axes.some((axis) => axis.kind === "model")))
    throw new BadInput(
      `${flags.model === undefined ? "--sweep model" : "--model"} goes with --connection anthropic or a base URL; the simulated population answers for every model.`,
    );
  if (flags.model !== undefined && axes.some((axis) => axis.kind === "model"))
    throw new BadInput("--model gives all arms one model, so --sweep model could vary nothing; leave one of them out.");
  const secrets = secretsFor(flags.keyEnv);
  if (connection.kind === "anthropic" && secrets.anthropicKey() === null)
    throw new BadInput("The Anthropic API needs a key: set ANTHROPIC_API_KEY, or use --connection simulated.");
  const suite = readSuite(flags.suite);
  const seed = readCount("--seed", flags.seed, 0);
  const input: RunChoices["input"] = {
    orgs: [],
    variants: orgs.flatMap((name) => orBadInput(expandSweep(readOrg(name), axes, seed, readFamilySpec(name)))),
    solos,
    suite,
    tasks:
      flags.tasks === undefined
        ? null
        : flags.tasks
            .split(",")
            .map((each) => each.trim())
            .filter(Boolean),
    repeats: readCount("--repeats", flags.repeats, 1),
    connection,
    model: flags.model ?? null,
    population: readPopulation(flags.population),
    seed,
  };
  const pilot = flags.pilot === undefined ? null : readCount("--pilot", flags.pilot, 1);
  const caps: Caps = {
    outputTokens: flags.maxOutputTokens === undefined ? null : readCount("--max-output-tokens", flags.maxOutputTokens, 1),
    usd: flags.maxUsd === undefined ? null : readUsd("--max-usd", flags.maxUsd),
  };
  return { input, secrets, caps, pilot };
}

/** The locked plan, or `BadInput` with what keeps it from being one. */
export function planned(input: RunChoices["input"], past: PastRuns): Planned {
  const result = makePlan({ ...input, past });
  if (result.ok) return result.planned;
  const pilot = result.problems.some((problem) => problem.code === "no-pilot") ? " Add --pilot 3 to do so." : "";
  throw new BadInput(`${problemsAsLine(result.problems)}${pilot}`);
}

/** A trait at one share is an axis of one value: it gets into names and settings the same way. */
function axesFrom(flags: RunFlags): Axis[] {
  return [...(flags.trait ?? []).map(readTrait), ...(flags.sweep ?? []).map(readAxis)].map(orBadInput);
}

function orBadInput<T>(loaded: Loaded<T>): T {
  if (!loaded.ok) throw new BadInput(problemsAsLine(loaded.problems));
  return loaded.value;
}
