/** Owns the shape of an org design, format `driftlab.org` version 1. */
import { z } from "zod";

export const ORG_FORMAT = "driftlab.org";
export const ORG_VERSION = 1;

/** How a handoff shows the sender's words to the receiver. */
export const RELAYS = ["paraphrase", "paraphrase+brief", "verbatim"] as const;
export type Relay = (typeof RELAYS)[number];
export const EFFORTS = ["low", "medium", "high", "xhigh", "max"] as const;
/** When agents act: all in step, or each as soon as it has mail. */
export const SCHEDULES = ["rounds", "eager"] as const;
/** What happens when an agent's memory outgrows its model's window. */
export const MEMORY_OVERFLOWS = ["summarise", "end"] as const;
/** Instruction variants beside the base text, which is `benign`. */
export const TRAITS = ["goal-pressed", "red-team"] as const;
export type Trait = (typeof TRAITS)[number];
export const THINKINGS = ["off", "adaptive"] as const;

const id = z.string().min(1).max(200).describe("Unique within the org; letters, digits and punctuation, e.g. agent_writer.");

export const settingsSchema = z
  .looseObject({
    maxOutputTokens: z.number().int().min(1).max(1_000_000).optional().describe("Most tokens one answer may have."),
    effort: z.enum(EFFORTS).optional().describe("How much work the model is asked to put in."),
    thinking: z.enum(THINKINGS).optional().describe("Whether the model may think before it answers."),
    temperature: z.number().min(0).max(2).optional().describe("Sent only where the connection says it takes it."),
  })
  .describe("Settings of a model call. What an agent leaves out, the org's defaults give.");

export const positionSchema = z.looseObject({ x: z.number(), y: z.number() });

export const agentSchema = z.looseObject({
  id,
  name: z.string().min(1).max(200),
  role: z.string().max(200).default("").describe("What the agent is in the org; constraints are scoped by it."),
  instructions: z.string().default(""),
  variants: z
    .looseObject({ "goal-pressed": z.string().optional(), "red-team": z.string().optional() })
    .default({})
    .describe("Instructions that take the place of the base text where an experiment gives the agent that trait."),
  model: z.string().min(1).nullable().default(null).describe("Null takes the org's default model."),
  settings: settingsSchema.default({}),
  memory: z.boolean().default(true).describe("Whether the agent sees its own earlier turns."),
  tools: z.array(z.string()).default([]).describe("Kept for tools beyond sending and delivering."),
  receivesBrief: z.boolean().default(false),
  delivers: z.boolean().default(false),
  position: positionSchema.default({ x: 0, y: 0 }),
  notes: z.string().default(""),
});

/**
 * Any word loads and is kept, since a kind of a later version may have relays of its own; of a kind that runs, one that is
 * not among `RELAYS` is a problem. What runs therefore has one of them, and so the type says.
 */
const relaySchema = (z.string().min(1) as unknown as z.ZodType<Relay>)
  .default("paraphrase")
  .describe("One of paraphrase, paraphrase+brief, verbatim; another is kept and cannot be run.");

export const handoffSchema = z.looseObject({
  id,
  source: z.string(),
  target: z.string(),
  kind: z.string().min(1).default("message").describe("Only `message` runs; another kind is kept and cannot be run."),
  relay: relaySchema,
  label: z.string().default(""),
});

export const limitsSchema = z
  .looseObject({
    rounds: z.number().int().min(1).nullable().default(10),
    turnsPerAgent: z.number().int().min(1).nullable().default(null),
    handoffs: z.number().int().min(1).nullable().default(null),
    outputTokens: z.number().int().min(1).nullable().default(null).describe("Per run."),
    wallClockMs: z.number().int().min(1).nullable().default(null).describe("Per run."),
    costUsd: z.number().positive().nullable().default(null).describe("US dollars per run; every model's price must be known."),
    turnsAtOnce: z.number().int().min(1).max(64).nullable().default(4).describe("With the schedule eager: most turns at a time."),
    contextTokens: z
      .number()
      .int()
      .min(1_000)
      .nullable()
      .default(null)
      .describe("The model's window in tokens; null takes the known one of the model."),
  })
  .describe("Null means no such limit.");

const NO_LIMITS_BUT_ROUNDS = limitsSchema.parse({});

export const groupSchema = z.looseObject({ id, label: z.string().default(""), agents: z.array(z.string()).default([]) });
export const noteSchema = z.looseObject({ id, text: z.string().default(""), position: positionSchema.default({ x: 0, y: 0 }) });

export const orgSchema = z.looseObject({
  format: z.literal(ORG_FORMAT),
  version: z.literal(ORG_VERSION),
  appVersion: z.string().default("").describe("The Driftlab that wrote the file."),
  name: z.string().min(1).max(200),
  description: z.string().default(""),
  defaults: z
    .looseObject({
      model: z.string().min(1).default("claude-sonnet-5-5"),
      settings: settingsSchema.default({}),
    })
    .default({ model: "claude-sonnet-5-5", settings: {} }),
  schedule: z
    .enum(SCHEDULES)
    .default("rounds")
    .describe("rounds: all who have mail act in step; eager: each acts as soon as it has mail, and rounds are hops from the brief."),
  memoryOverflow: z
    .enum(MEMORY_OVERFLOWS)
    .default("summarise")
    .describe("When an agent's memory outgrows the model's window: its oldest turns are summarised by the model, or the run ends."),
  limits: limitsSchema.default(NO_LIMITS_BUT_ROUNDS),
  agents: z.array(agentSchema).default([]),
  handoffs: z.array(handoffSchema).default([]),
  groups: z.array(groupSchema).default([]),
  notes: z.array(noteSchema).default([]),
});

export type Settings = z.infer<typeof settingsSchema>;
export type Agent = z.infer<typeof agentSchema>;
export type Handoff = z.infer<typeof handoffSchema>;
export type Limits = z.infer<typeof limitsSchema>;
export type Org = z.infer<typeof orgSchema>;

/** Whether a relay is one that this version can run. */
export function isRelay(relay: string): relay is Relay {
  return (RELAYS as readonly string[]).includes(relay);
}

/** The kinds of handoff that this version can run. */
export const RUNNABLE_KINDS: readonly string[] = ["message"];

/** Most tokens of an answer where neither agent nor org says. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 2_000;

/** An agent's model and settings with the org's defaults filled in. */
export function resolvedSettings(org: Org, agent: Agent): { model: string; settings: Settings & { maxOutputTokens: number } } {
  const settings = { maxOutputTokens: DEFAULT_MAX_OUTPUT_TOKENS, ...org.defaults.settings, ...agent.settings };
  return { model: agent.model ?? org.defaults.model, settings };
}
