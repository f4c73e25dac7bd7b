/** Owns the use cases around orgs and suites: make, bring in, take out. */
import { emptyOrg } from "#shared/org/create.ts";
import { generateOrg } from "#shared/org/families.ts";
import { loadOrgValue, orgFileText } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import type { OrgSource } from "#shared/rpc/contract.ts";
import type { ExportedFile, ImportedOrg, ImportedSuite, PresetInfo, SuiteInfo } from "#shared/rpc/org-types.ts";
import { hashJson } from "#main/exchange/hash.ts";
import { loadSuite } from "#main/exchange/load-suite.ts";
import { parseText } from "#main/exchange/text-file.ts";
import type { Lab } from "#main/lab/lab.ts";
import { builtInSuites, preset, presets } from "#main/lab/library.ts";
import { suiteProblems } from "#main/lab/suite-problems.ts";
import { variantOfFrozen, variantOfVersion, withWords } from "#main/lab/use/versions.ts";
import type { Suite } from "#shared/task/schema.ts";

export function presetList(): PresetInfo[] {
  return presets();
}

/** A new org from what a person chose; null where its source is gone. */
export function createOrg(lab: Lab, from: OrgSource): string | null {
  const design = designFrom(lab, from);
  return design ? keep(lab, design) : null;
}

function designFrom(lab: Lab, from: OrgSource): Org | null {
  if ("preset" in from) return preset(from.preset);
  if ("name" in from) return emptyOrg(from.name, lab.options.appVersion);
  if ("family" in from) return generateOrg(from.family);
  if ("version" in from) return variantOfVersion(lab, from.version);
  if ("frozen" in from) return variantOfFrozen(lab, from.frozen);
  const row = lab.store.orgs.get(from.copyOf);
  return row ? { ...row.draft, name: withWords(row.draft.name, "copy") } : null;
}

function keep(lab: Lab, design: Org): string {
  const id = `org_${lab.options.newId()}`;
  lab.store.orgs.create(id, { ...design, appVersion: lab.options.appVersion }, lab.nowMs());
  return id;
}

/** Brings an org file in as a new org. One that has problems comes in too, to be mended on the canvas. */
export function importOrg(lab: Lab, text: string, fileName: string): ImportedOrg {
  const parsed = parseText(text, fileName);
  const loaded = parsed.ok ? loadOrgValue(parsed.value, fileName) : parsed;
  return loaded.ok ? { ok: true, id: keep(lab, loaded.value), problems: loaded.problems } : { ok: false, problems: loaded.problems };
}

/** The org as a file `NAME.org.json`. */
export function exportOrg(lab: Lab, id: string): ExportedFile | null {
  const row = lab.store.orgs.get(id);
  return row ? { fileName: `${fileSlug(row.draft.name)}.org.json`, text: orgFileText(row.draft) } : null;
}

/** A name that every file system takes. */
export function fileSlug(name: string): string {
  return (
    name
      .trim()
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 80) || "org"
  );
}

/** Built-in suites first, then those brought in. */
export function suiteList(lab: Lab): SuiteInfo[] {
  const builtIn = builtInSuites();
  const ids = new Set(builtIn.map((suite) => suite.id));
  const own = lab.store.orgs.suites().filter(({ suite }) => !ids.has(suite.id));
  return [
    ...builtIn.map((suite) => ({ suite, builtIn: true, problems: [] })),
    ...own.map(({ suite }) => ({ suite, builtIn: false, problems: suiteProblems(suite) })),
  ];
}

/** A suite by id; built-in ones first. */
export function findSuite(lab: Lab, id: string): Suite | null {
  return suiteList(lab).find((each) => each.suite.id === id)?.suite ?? null;
}

/** Brings a suite file in; with errors it is refused, since nothing could be measured by it. */
export function importSuite(lab: Lab, text: string, fileName: string): ImportedSuite {
  const loaded = loadSuite(text, fileName);
  if (!loaded.ok) return { ok: false, problems: loaded.problems };
  const problems = suiteProblems(loaded.value);
  if (problems.some((problem) => problem.severity === "error")) return { ok: false, problems };
  lab.store.orgs.keepSuite(hashJson(loaded.value), loaded.value, lab.nowMs());
  return { ok: true, suiteId: loaded.value.id, problems };
}
