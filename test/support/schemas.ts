/** Owns the published JSON Schemas in `schemas/`: made from the zod schemas, so a file format is described once. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EFFECT_FORMAT, EFFECT_VERSION, effectStudySchema } from "#shared/drift/effect.ts";
import { reportSchema, REPORT_FORMAT, REPORT_VERSION } from "#shared/drift/report.ts";
import { EXPERIMENT_FORMAT, EXPERIMENT_VERSION, planSchema } from "#shared/experiment/plan.ts";
import { ORG_FORMAT, ORG_VERSION, orgSchema } from "#shared/org/schema.ts";
import { POPULATION_FORMAT, POPULATION_VERSION, populationSchema } from "#shared/population/schema.ts";
import { SUITE_FORMAT, SUITE_VERSION, suiteSchema } from "#shared/task/schema.ts";

/** `input`: people write it, defaults may be left out. `output`: Driftlab writes it, everything is there. */
const FORMATS: { format: string; version: number; title: string; schema: z.ZodType; io: "input" | "output" }[] = [
  { format: ORG_FORMAT, version: ORG_VERSION, title: "Driftlab org design", schema: orgSchema, io: "input" },
  { format: SUITE_FORMAT, version: SUITE_VERSION, title: "Driftlab task suite", schema: suiteSchema, io: "input" },
  { format: POPULATION_FORMAT, version: POPULATION_VERSION, title: "Driftlab simulated population", schema: populationSchema, io: "input" },
  { format: EXPERIMENT_FORMAT, version: EXPERIMENT_VERSION, title: "Driftlab experiment plan", schema: planSchema, io: "output" },
  { format: REPORT_FORMAT, version: REPORT_VERSION, title: "Driftlab drift report", schema: reportSchema, io: "output" },
  { format: EFFECT_FORMAT, version: EFFECT_VERSION, title: "Driftlab effect study", schema: effectStudySchema, io: "output" },
];

export const schemasFolder = join(import.meta.dirname, "..", "..", "schemas");

/** Name of each file in `schemas/` and its text. */
export function schemaFiles(): Record<string, string> {
  return Object.fromEntries(
    FORMATS.map(({ format, version, title, schema, io }) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io, target: "draft-2020-12" });
      return [`${format}-${version}.schema.json`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}

if (process.argv.includes("--write")) {
  mkdirSync(schemasFolder, { recursive: true });
  for (const [name, text] of Object.entries(schemaFiles())) writeFileSync(join(schemasFolder, name), text);
}
