/** Owns how an org file comes in: the one function through which every org is loaded. */
import { type FileFormat, loadValue } from "#shared/format/load.ts";
import { parseJson } from "#shared/format/text.ts";
import { orgProblems } from "#shared/org/problems.ts";
import { ORG_FORMAT, ORG_VERSION, type Org, orgSchema } from "#shared/org/schema.ts";
import type { Loaded } from "#shared/problem.ts";

export const orgFormat: FileFormat<Org> = {
  name: ORG_FORMAT,
  article: "an org",
  version: ORG_VERSION,
  migrations: {},
  schema: orgSchema,
};

/**
 * Loads an org from text: version → migrations → parse → problems. A design with problems still loads, so that it can
 * be mended on the canvas; only what cannot be read at all is refused.
 */
export function loadOrg(text: string, name: string): Loaded<Org> {
  const parsed = parseJson(text, name);
  return parsed.ok ? loadOrgValue(parsed.value, name) : parsed;
}

/** As {@link loadOrg}, from an already parsed value. */
export function loadOrgValue(value: unknown, name: string): Loaded<Org> {
  const loaded = loadValue(orgFormat, value, name);
  return loaded.ok ? { ...loaded, problems: orgProblems(loaded.value) } : loaded;
}

/** The text of an org file: two-space JSON with a final newline; nothing but the design goes in. */
export function orgFileText(org: Org): string {
  return `${JSON.stringify(org, null, 2)}\n`;
}
