/** Owns the plan of an experiment, format `driftlab.experiment` version 2: what is hashed and locked at the start (M20). */
import { z } from "zod";
import { connectionSchema } from "#shared/run/connection.ts";
import { populationSchema } from "#shared/population/schema.ts";

export const EXPERIMENT_FORMAT = "driftlab.experiment";
export const EXPERIMENT_VERSION = 2;

/** The primary endpoints of a comparison. */
export const ENDPOINTS = ["effectiveness", "alignment"] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** The solo arms that an org can be compared with (M12). */
export const BASELINES = ["one-shot", "role-play", "budget-matched", "best-of-n"] as const;
export type Baseline = (typeof BASELINES)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const armSchema = z.object({
  id: z.string(),
  kind: z.enum(["org", "solo"]),
  name: z.string(),
  /** Content hash of the design that is run. */
  orgHash: sha256,
  /** Of an org arm: the solo arms it is compared with. */
  solos: z.array(z.string()),
  /** Of a solo arm: how it works. */
  baseline: z.enum(BASELINES).nullable(),
  /** By task, frozen before the start: of `budget-matched` output tokens, of `best-of-n` the number of draws (M12). */
  budgets: z.record(z.string(), z.number().int().min(1)).nullable(),
  /** What was set for it: of an org arm by a sweep or a share of traits, e.g. `{"trait:red-team": "0.25"}`; of a solo arm with a budget what that rests on. */
  settings: z.record(z.string(), z.string()),
});

export const planSchema = z.object({
  format: z.literal(EXPERIMENT_FORMAT),
  version: z.literal(EXPERIMENT_VERSION),
  arms: z.array(armSchema).min(1),
  suite: z.object({ id: z.string(), name: z.string(), hash: sha256 }),
  tasks: z.array(z.object({ id: z.string(), hash: sha256 })).min(1),
  repeats: z.number().int().min(1).max(10_000),
  connection: connectionSchema,
  /** Overrides every agent's model; null leaves the design's. */
  model: z.string().min(1).nullable(),
  /** The profile of the simulated population; null on another connection. */
  population: populationSchema.nullable(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  endpoints: z.array(z.enum(ENDPOINTS)),
  /** Loss below this is not worth a claim (M17). */
  margin: z.number(),
  /** Version of the engine's own texts. */
  prompts: z.string(),
  /** Version of the probe. */
  probe: z.string(),
});

export type Arm = z.infer<typeof armSchema>;
export type Plan = z.infer<typeof planSchema>;

/** A plan as it was stored, whichever version wrote it, in today's shape. Its hash stays the one it was locked with (M20). */
export function readStoredPlan(stored: unknown): Plan {
  const plan = stored as Plan;
  if ((plan.version as number) !== 1) return plan;
  const arms = plan.arms.map((arm): Arm => {
    const { solo, ...rest } = arm as Arm & { solo?: string | null };
    return { ...rest, solos: solo ? [solo] : [], baseline: arm.kind === "solo" ? "one-shot" : null, budgets: null, settings: {} };
  });
  return { ...plan, version: EXPERIMENT_VERSION, arms };
}

export const DEFAULT_REPEATS = 5;
export const DEFAULT_SEED = 1;

/** Names a cell: arm, task, repeat (from 1). */
export function cellName(armId: string, taskId: string, repeat: number): string {
  return `${armId}/${taskId}/${repeat}`;
}
