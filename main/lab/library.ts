/** Owns what ships with the app: preset orgs and suites, read from their files when the app is built. */
import { orgFormat } from "#shared/org/load.ts";
import { loadValue } from "#shared/format/load.ts";
import type { Org } from "#shared/org/schema.ts";
import type { Suite } from "#shared/task/schema.ts";
import { loadSuite } from "#main/exchange/load-suite.ts";
import pairReview from "#main/lab/presets/pair-review.org.json" with { type: "json" };
import chain3 from "#main/lab/presets/chain-3.org.json" with { type: "json" };
import hub5 from "#main/lab/presets/hub-5.org.json" with { type: "json" };
import flat4 from "#main/lab/presets/flat-4.org.json" with { type: "json" };
import consultancy12 from "#main/lab/presets/consultancy-12.org.json" with { type: "json" };
import relayText from "#main/lab/suites/relay.suite.yaml?raw";

const PRESET_FILES: Record<string, unknown> = {
  "pair-review": pairReview,
  "chain-3": chain3,
  "hub-5": hub5,
  "flat-4": flat4,
  "consultancy-12": consultancy12,
};

export interface Preset {
  name: string;
  org: Org;
}

/** The preset orgs, smallest first as listed. */
export function presets(): Preset[] {
  return Object.entries(PRESET_FILES).map(([name, value]) => {
    const loaded = loadValue(orgFormat, structuredClone(value), `${name}.org.json`);
    if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
    return { name, org: loaded.value };
  });
}

/** A preset by name, or null. */
export function preset(name: string): Org | null {
  return presets().find((each) => each.name === name)?.org ?? null;
}

let relay: Suite | undefined;

/** The suites that ship with the app. Parsed once; never changed. */
export function builtInSuites(): Suite[] {
  if (!relay) {
    const loaded = loadSuite(relayText, "relay.suite.yaml");
    if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
    relay = loaded.value;
  }
  return [relay];
}
