/** Owns the contract between the lab and everything that talks to it: procedures, inputs, outputs, error codes. */
import { eventIterator, oc, type } from "@orpc/contract";
import { z } from "zod";
import { BASELINES } from "#shared/experiment/plan.ts";
import { COLLECTIONS } from "#shared/org/edit.ts";
import { orgSchema, TRAITS } from "#shared/org/schema.ts";
import { FAMILIES, LARGEST_FAMILY, SMALLEST_FAMILY } from "#shared/org/families.ts";
import { populationSchema } from "#shared/population/schema.ts";
import { connectionSchema } from "#shared/run/connection.ts";
import type { Problem } from "#shared/problem.ts";
import type * as app from "#shared/rpc/app-types.ts";
import type * as org from "#shared/rpc/org-types.ts";
import type * as experiment from "#shared/rpc/experiment-types.ts";
import type * as drift from "#shared/rpc/drift-types.ts";

const id = z.string().min(1).max(200);
const text = z.string().max(20_000_000);

const opSchema = z.discriminatedUnion("op", [
  z.object({
    op: z.literal("insert"),
    in: z.enum(COLLECTIONS),
    index: z.number().int(),
    item: z.looseObject({ id }),
    again: z.literal(true).optional(),
  }),
  z.object({ op: z.literal("remove"), in: z.enum(COLLECTIONS), id }),
  z.object({
    op: z.literal("set"),
    in: z.enum(COLLECTIONS),
    id,
    field: z.string().min(1).max(100),
    value: z.unknown().optional(),
    before: z.string().max(100).optional(),
  }),
  z.object({
    op: z.literal("set-org"),
    field: z.string().min(1).max(100),
    value: z.unknown().optional(),
    before: z.string().max(100).optional(),
  }),
]);

/** What a new org can be made from. */
const sourceSchema = z.union([
  z.object({ preset: z.string() }),
  z.object({ copyOf: id }),
  z.object({ name: z.string().min(1).max(200) }),
  z.object({ version: id }),
  /** The design that was frozen for an arm of an experiment. */
  z.object({ frozen: z.object({ experimentId: id, armId: id }) }),
  z.object({
    family: z.object({
      family: z.enum(FAMILIES),
      size: z.number().int().min(SMALLEST_FAMILY).max(LARGEST_FAMILY),
      seed: z.number().int().min(0),
    }),
  }),
]);

export type OrgSource = z.infer<typeof sourceSchema>;

/** What a person chooses for an experiment. */
export const choicesSchema = z.object({
  orgs: z.array(id).min(1).max(50),
  /** Empty for none. */
  solos: z.array(z.enum(BASELINES)),
  suiteId: id,
  tasks: z.array(id).nullable(),
  repeats: z.number().int(),
  connection: connectionSchema,
  model: z.string().min(1).max(200).nullable(),
  population: populationSchema,
  seed: z.number().int(),
  /** What is varied or set over all orgs, each as the command line writes it: `relay:EDGE=paraphrase,verbatim`. */
  axes: z.array(z.string().min(1).max(2_000)).max(12).default([]),
});

/** Hard caps of a whole experiment; null is no such cap. */
const capsSchema = z.object({ outputTokens: z.number().int().min(1).nullable(), usd: z.number().positive().nullable() });

export type ExperimentChoices = z.infer<typeof choicesSchema>;

/** An experiment's choices as they can be made again, and what is no longer as it was, as sentences. */
export interface LikeThis {
  choices: ExperimentChoices;
  notes: string[];
}

const wishSchema = z.discriminatedUnion("how", [
  z.object({ how: z.enum(["repaired", "sham", "as-sent", "dropped"]) }),
  z.object({ how: z.literal("edited"), text }),
  z.object({ how: z.literal("swapped"), runId: id, handoffId: id }),
]);

/** What a person asks of one message, to see what that changes. */
export type BranchWish = z.infer<typeof wishSchema>;

/** Expected failures, told apart by code; the sentence is in the message. */
const base = oc.errors({
  NOT_FOUND: { message: "It is no longer there." },
  NOT_STORED: { message: "The database cannot be written." },
  READ_ONLY: { message: "The database is open read-only, so nothing can be changed." },
  CONFLICT: { message: "It cannot be done right now." },
  BAD_REQUEST: { message: "The request was not understood." },
});

const studySchema = z.object({
  experimentId: id,
  armId: id,
  edges: z.array(id).min(1).nullable(),
  checkpointsPerTask: z.number().int().min(1).max(100),
  drawsPerSide: z.number().int().min(1).max(50),
  seed: z.number().int().min(0),
});

export const contract = {
  app: {
    info: base.output(type<app.AppInfo>()),
    models: base.output(type<app.ModelList>()),
    setKey: base.input(z.object({ key: z.string().max(1_000) })).output(type<{ keyStatus: app.KeyStatus }>()),
    testConnection: base
      .input(z.object({ connection: connectionSchema, model: z.string().min(1).max(200) }))
      .output(type<{ ok: boolean; message: string }>()),
  },
  orgs: {
    list: base.output(type<org.OrgSummary[]>()),
    presets: base.output(type<org.PresetInfo[]>()),
    create: base.input(z.object({ from: sourceSchema })).output(type<{ id: string }>()),
    import: base.input(z.object({ text, fileName: z.string().max(500) })).output(type<org.ImportedOrg>()),
    export: base.input(z.object({ id })).output(type<org.ExportedFile>()),
    archive: base.input(z.object({ id, archived: z.boolean() })).output(type<{ ok: true }>()),
    edit: base
      .input(z.object({ id, editId: z.string().min(1).max(100), ops: z.array(opSchema).max(10_000) }))
      .output(type<{ revision: number }>()),
    watch: base.input(z.object({ id, since: z.number().int().nullable() })).output(eventIterator(type<org.DraftUpdate>())),
    preview: base
      .input(z.object({ org: orgSchema, agentId: id, suiteId: id, taskId: id, trait: z.enum(TRAITS).nullable() }))
      .output(type<org.AgentPreview>()),
    get: base.input(z.object({ id })).output(type<org.OrgDraft>()),
    versions: {
      list: base.input(z.object({ orgId: id })).output(type<org.VersionSummary[]>()),
      get: base.input(z.object({ id })).output(type<org.VersionDetail>()),
      save: base
        .input(z.object({ orgId: id, name: z.string().trim().min(1).max(200), kind: z.enum(["named", "snapshot"]) }))
        .output(type<{ id: string }>()),
      rename: base.input(z.object({ id, name: z.string().trim().min(1).max(200) })).output(type<{ ok: true }>()),
      delete: base.input(z.object({ id, deleted: z.boolean() })).output(type<{ ok: true }>()),
    },
  },
  suites: {
    list: base.output(type<org.SuiteInfo[]>()),
    import: base.input(z.object({ text, fileName: z.string().max(500) })).output(type<org.ImportedSuite>()),
  },
  populations: {
    import: base.input(z.object({ text, fileName: z.string().max(500) })).output(type<org.ImportedPopulation>()),
  },
  experiments: {
    list: base.output(type<experiment.ExperimentSummary[]>()),
    forecast: base.input(choicesSchema).output(type<experiment.PlanAnswer>()),
    /** What can be varied in all of these orgs. */
    variable: base.input(z.object({ orgs: z.array(id).max(50) })).output(type<experiment.Variable>()),
    /** Runs the orgs of these choices a few times as an experiment of their own, for the budgets of solo arms. */
    pilot: base
      .input(z.object({ choices: choicesSchema, repeats: z.number().int(), caps: capsSchema }))
      .output(type<experiment.StartAnswer>()),
    start: base
      .input(
        z.object({
          choices: choicesSchema,
          name: z.string().min(1).max(200),
          fresh: z.boolean(),
          caps: capsSchema,
        }),
      )
      .output(type<experiment.StartAnswer>()),
    resume: base.input(z.object({ id, caps: capsSchema.nullable() })).output(type<{ ok: true }>()),
    stop: base.input(z.object({ id })).output(type<{ ok: true }>()),
    rename: base.input(z.object({ id, name: z.string().min(1).max(200) })).output(type<{ ok: true }>()),
    archive: base.input(z.object({ id, archived: z.boolean() })).output(type<{ ok: true }>()),
    delete: base.input(z.object({ id })).output(type<{ ok: true }>()),
    detail: base.input(z.object({ id })).output(type<experiment.ExperimentDetail>()),
    cell: base.input(z.object({ id, armId: id, taskId: id, repeat: z.number().int().min(1) })).output(type<experiment.CellView>()),
    /** What was chosen for it, for a new one like it. */
    like: base.input(z.object({ id })).output(type<LikeThis>()),
    watch: base.input(z.object({ id })).output(eventIterator(type<experiment.ExperimentView>())),
  },
  drift: {
    get: base.input(z.object({ id })).output(type<drift.DriftAnswer>()),
    /** The runs in which an edge fired, the one that lost most first. */
    edgeRuns: base
      .input(z.object({ id, armId: id, edgeId: id, offset: z.number().int().min(0), limit: z.number().int().min(1).max(200) }))
      .output(type<drift.EdgeRunPage>()),
    deliverable: base.input(z.object({ id, armId: id, taskId: id, repeat: z.number().int().min(1) })).output(type<drift.DeliverableView>()),
    run: base.input(z.object({ id, armId: id, taskId: id, repeat: z.number().int().min(1) })).output(type<drift.RunView>()),
    exportReport: base.input(z.object({ id })).output(type<org.ExportedFile>()),
    exportTables: base.input(z.object({ id })).output(type<org.ExportedFile[]>()),
  },
  branches: {
    /** What the receiver would be shown in place of what was written; null drops it. */
    preview: base
      .input(z.object({ runId: id, handoffId: id, wish: wishSchema }))
      .output(type<{ ok: true; written: string | null } | { ok: false; why: string }>()),
    start: base
      .input(z.object({ runId: id, handoffId: id, wish: wishSchema, draws: z.number().int().min(1).max(50), caps: capsSchema }))
      .output(type<{ ok: true } | { ok: false; why: string }>()),
    list: base.input(z.object({ runId: id, handoffId: id })).output(type<drift.BranchList>()),
    stop: base.input(z.object({ runId: id, handoffId: id })).output(type<{ ok: true }>()),
  },
  studies: {
    start: base
      .input(studySchema.extend({ caps: capsSchema }))
      .output(type<{ ok: true; id: string } | { ok: false; problems: Problem[] }>()),
    /** What the same choice would take; nothing is locked. */
    forecast: base.input(studySchema).output(type<drift.StudyForecast | { ok: false; problems: Problem[] }>()),
    list: base.input(z.object({ experimentId: id })).output(type<drift.StudyView[]>()),
    resume: base.input(z.object({ id, caps: capsSchema })).output(type<{ ok: true }>()),
    stop: base.input(z.object({ id })).output(type<{ ok: true }>()),
  },
};

export type Contract = typeof contract;
