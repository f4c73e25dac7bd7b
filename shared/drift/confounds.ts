/** Owns the types of confounds: how two arms differ in more than what is compared, and the facts of finished runs they are read from (M13). */
import { z } from "zod";

/** In what two arms can differ. `prompts`: the engine's own texts and who is given the brief; `incomplete` also holds cells without a run. */
export const CONFOUND_KINDS = [
  "model",
  "model-served",
  "settings",
  "tools",
  "memory",
  "calls",
  "tokens",
  "candidates",
  "retries",
  "incomplete",
  "refused",
  "time",
  "instructions",
  "prompts",
] as const;

/** treatment: what is compared; fixable: can be made equal; consequence: follows from the treatment, shown and never adjusted for. */
export const CONFOUND_CLASSES = ["fixable", "treatment", "consequence"] as const;
export const SEVERITIES = ["high", "medium", "low"] as const;

export const confoundSchema = z.object({
  id: z.string().describe("Unique within a list; the same difference has the same id whenever it is worked out."),
  what: z.enum(CONFOUND_KINDS),
  arms: z.tuple([z.string(), z.string()]).describe("Ids of the two arms; an org arm stands before its solo arm."),
  class: z.enum(CONFOUND_CLASSES),
  severity: z.enum(SEVERITIES),
  sentence: z.string().describe("For a person: what differs, by how much, what to do."),
  details: z.object({ a: z.string(), b: z.string() }).describe("What each arm has, in the order of `arms`."),
});

export type Confound = z.infer<typeof confoundSchema>;
export type ConfoundKind = Confound["what"];
export type ConfoundClass = Confound["class"];
export type Severity = Confound["severity"];

/** How often something was seen. */
export interface Counted {
  value: string;
  count: number;
}

/** What one finished run took. */
export interface RunFacts {
  taskId: string;
  /** Calls that brought an answer. */
  calls: number;
  /** All that was read in: plain, from the cache, and into the cache. */
  inputTokens: number | null;
  outputTokens: number | null;
}

/** What is known of an arm from its finished runs: each cell's own run, where the cell is done. */
/** What an agent took, a run: means over its arm's finished runs. */
export interface AgentSpend {
  turns: number;
  /** Null where an answer's were not reported. */
  outputTokens: number | null;
  /** US dollars; null where a price is not known. */
  costUsd: number | null;
}

export interface ArmFacts {
  armId: string;
  /** All cells of the plan; `waiting` are those with no outcome. */
  cells: { done: number; failed: number; stopped: number; waiting: number };
  /** Of the finished runs. */
  status: { complete: number; refused: number; incomplete: number };
  /** Why the incomplete runs ended, most often first. */
  incompleteReasons: Counted[];
  /** Calls by model as the API says it served it, most often first. */
  served: Counted[];
  /** Finished runs by version of the engine's texts they were begun with, most often first. */
  prompts: Counted[];
  /** How often a call was sent again, over all finished runs. */
  retries: number;
  /** First start and last end of a finished run, milliseconds since 1970; null without one. */
  startedAtMs: number | null;
  endedAtMs: number | null;
  runs: RunFacts[];
}
