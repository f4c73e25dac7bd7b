/** Owns keeping a design that one act is about to take away, so that an empty one never takes its place without a trace. */
import type { Org } from "#shared/org/schema.ts";
import type { OrgTable } from "#main/store/orgs.ts";

/** Keeps a design as a snapshot; the same design twice in a row is kept once. */
export function keepSnapshot(orgs: OrgTable, snapshot: { id: string; orgId: string; name: string; design: Org }, nowMs: number): void {
  const last = orgs.namedVersions(snapshot.orgId).find((each) => each.kind === "snapshot" && !each.deleted);
  const held = last ? orgs.namedVersion(last.id)?.org : null;
  if (JSON.stringify(held) !== JSON.stringify(snapshot.design)) orgs.nameVersion({ ...snapshot, kind: "snapshot" }, nowMs);
}
