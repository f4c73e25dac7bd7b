/** Owns where a design to look at comes from: the present draft, a version, another org, an arm of an experiment. */
import { useEffect, useState } from "react";
import type { Org } from "#shared/org/schema.ts";
import type { OrgSource } from "#shared/rpc/contract.ts";
import type { ExperimentSummary } from "#shared/rpc/experiment-types.ts";
import type { OrgSummary, VersionSummary } from "#shared/rpc/org-types.ts";
import type { LabLink } from "#renderer/lab/lab.ts";
import { useApp } from "#renderer/state/context.ts";
import { timeOf } from "#renderer/ui/words.ts";

export type DesignKey =
  | { kind: "present" }
  | { kind: "version"; id: string }
  | { kind: "org"; id: string }
  | { kind: "arm"; experimentId: string; armId: string };

export const PRESENT: DesignKey = { kind: "present" };

/** A key as a text, for lists to choose from. */
export function keyText(key: DesignKey): string {
  return JSON.stringify(key);
}

export interface DesignOffer {
  key: DesignKey;
  label: string;
}

/** Everything that can be looked at, in groups. */
export function designOffers(
  orgId: string,
  versions: readonly VersionSummary[],
  orgs: readonly OrgSummary[],
  experiments: readonly ExperimentSummary[],
): { group: string; offers: DesignOffer[] }[] {
  return [
    {
      group: "This org",
      offers: [
        { key: PRESENT, label: "The present design" },
        ...versions.map(({ id, name, createdAtMs }) => ({
          key: { kind: "version", id } as const,
          label: `${name} · ${timeOf(createdAtMs)}`,
        })),
      ],
    },
    {
      group: "Other orgs, as they are now",
      offers: orgs
        .filter((each) => each.id !== orgId && !each.archived)
        .map(({ id, name }) => ({ key: { kind: "org", id } as const, label: name })),
    },
    {
      group: "As run in an experiment",
      offers: experiments.flatMap((experiment) =>
        experiment.arms
          .filter((arm) => arm.kind === "org")
          .map((arm) => ({
            key: { kind: "arm", experimentId: experiment.id, armId: arm.id } as const,
            label: `${arm.name} in ${experiment.name} · ${timeOf(experiment.createdAtMs)}`,
          })),
      ),
    },
  ].filter(({ offers }) => offers.length > 0);
}

/** What a new org is made from to be a variant of a design. */
export function sourceOf(key: DesignKey, orgId: string): OrgSource {
  if (key.kind === "version") return { version: key.id };
  if (key.kind === "arm") return { frozen: { experimentId: key.experimentId, armId: key.armId } };
  return { copyOf: key.kind === "org" ? key.id : orgId };
}

/** @throws where it is no longer there, with a sentence for people */
async function fetchDesign(lab: LabLink, key: Exclude<DesignKey, { kind: "present" }>): Promise<Org> {
  if (key.kind === "version") return (await lab.call((client) => client.orgs.versions.get({ id: key.id }))).org;
  if (key.kind === "org") return (await lab.call((client) => client.orgs.get({ id: key.id }))).org;
  const detail = await lab.call((client) => client.experiments.detail({ id: key.experimentId }));
  const design = detail.designs[key.armId];
  if (!design) throw new Error("The design of this arm is no longer there.");
  return design;
}

/** The design of a key: null while it is fetched, and where it cannot be (which is said once). */
export function useDesign(key: DesignKey | null, present: Org): Org | null {
  const app = useApp();
  const text = key ? keyText(key) : null;
  const [fetched, setFetched] = useState<{ text: string; org: Org | null } | null>(null);
  useEffect(() => {
    const wanted = text === null ? null : (JSON.parse(text) as DesignKey);
    if (text === null || wanted === null || wanted.kind === "present") return;
    let off = false;
    void app.attempt(() => fetchDesign(app.lab, wanted)).then((org) => !off && setFetched({ text, org }));
    return () => {
      off = true;
    };
  }, [app, text]);
  if (key?.kind === "present") return present;
  return text !== null && fetched?.text === text ? fetched.org : null;
}
