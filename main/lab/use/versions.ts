/** Owns the use cases around versions of a design: keep one under a name, list them, make a variant as a new org. */
import type { Org } from "#shared/org/schema.ts";
import type { OrgDraft, VersionSummary } from "#shared/rpc/org-types.ts";
import type { Lab } from "#main/lab/lab.ts";

/** The draft of an org as it stands; null where there is no such org. */
export function draftOf(lab: Lab, id: string): OrgDraft | null {
  const row = lab.store.orgs.get(id);
  return row ? { id, org: row.draft, revision: row.revision } : null;
}

/** An org's versions, newest first, deleted ones too; null where there is no such org. */
export function listVersions(lab: Lab, orgId: string): VersionSummary[] | null {
  return lab.store.orgs.get(orgId) ? lab.store.orgs.namedVersions(orgId) : null;
}

/** Keeps the draft as it stands now under a name; null where there is no such org. */
export function saveVersion(lab: Lab, orgId: string, name: string, kind: VersionSummary["kind"]): string | null {
  const row = lab.store.orgs.get(orgId);
  if (!row) return null;
  const id = `version_${lab.options.newId()}`;
  lab.store.orgs.nameVersion({ id, orgId, name, kind, design: row.draft }, lab.nowMs());
  return id;
}

/** The design of a version, named as a variant; null where the version is gone. */
export function variantOfVersion(lab: Lab, id: string): Org | null {
  const version = lab.store.orgs.namedVersion(id);
  return version ? { ...version.org, name: withWords(version.org.name, `variant: ${version.summary.name}`) } : null;
}

/** The design that was frozen for an arm, named as a variant; null where the experiment or the arm is gone. */
export function variantOfFrozen(lab: Lab, { experimentId, armId }: { experimentId: string; armId: string }): Org | null {
  const experiment = lab.store.experiments.get(experimentId);
  const arm = experiment?.plan.arms.find((each) => each.id === armId);
  const design = arm ? lab.store.orgs.version(arm.orgHash) : null;
  return experiment && design ? { ...design, name: withWords(design.name, `variant: as run in ${experiment.name}`) } : null;
}

/** Most signs of an org's name. */
const NAME = 200;

/** `Chain (variant: before the summer)`; the name gives way where both do not fit. */
export function withWords(name: string, words: string): string {
  const behind = ` (${words.length > NAME / 2 ? `${words.slice(0, NAME / 2).trimEnd()}…` : words})`;
  return `${name.slice(0, NAME - behind.length)}${behind}`;
}
