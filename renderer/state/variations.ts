/** Owns what is set or varied over all orgs of a new experiment: chosen from menus, written for the lab as the command line does. Pure. */
import { EFFORTS, type Relay, RELAYS, type Trait } from "#shared/org/schema.ts";
import type { Variable } from "#shared/rpc/experiment-types.ts";

/** One thing with its values; one value sets it, several make an arm each. None: not chosen yet, and left out. */
export type Variation =
  | { kind: "trait"; trait: Trait; values: string[] }
  | { kind: "relay"; edge: string; values: string[] }
  | { kind: "model" | "effort" | "memory"; values: string[] };

export type VariationKind = Variation["kind"];

export interface Choice {
  value: string;
  label: string;
}

const RELAY_LABELS: Record<Relay, string> = {
  paraphrase: "Paraphrase",
  "paraphrase+brief": "Paraphrase + brief",
  verbatim: "Verbatim",
};

export const RELAY_CHOICES: readonly Choice[] = RELAYS.map((value) => ({ value, label: RELAY_LABELS[value] }));
export const EFFORT_CHOICES: readonly Choice[] = EFFORTS.map((value) => ({ value, label: value }));
export const MEMORY_CHOICES: readonly Choice[] = [
  { value: "on", label: "Agents remember" },
  { value: "off", label: "Agents start afresh each turn" },
];

export const KIND_WORDS: Record<VariationKind, string> = {
  relay: "Relay of a handoff",
  model: "Model",
  effort: "Effort",
  memory: "Memory",
  trait: "Trait",
};

export const TRAIT_WORDS: Record<Trait, { label: string; sentence: string }> = {
  "goal-pressed": { label: "Goal-pressed agents", sentence: "How many act on their instructions for being pressed towards a goal." },
  "red-team": { label: "Red-team agents", sentence: "How many act on their red-team instructions." },
};

/** What can still be added: each thing once, a handoff's relay once a handoff, a model only where models are asked. */
export function addable(variations: readonly Variation[], variable: Variable, modelsAsked: boolean): Variation[] {
  const has = (kind: VariationKind) => variations.some((each) => each.kind === kind);
  const taken = new Set(variations.flatMap((each) => (each.kind === "relay" ? [each.edge] : [])));
  const edge = variable.edges.find(({ value }) => !taken.has(value));
  return [
    ...(edge ? [{ kind: "relay" as const, edge: edge.value, values: ["paraphrase", "verbatim"] }] : []),
    ...(modelsAsked && !has("model") ? [{ kind: "model" as const, values: [] }] : []),
    ...(has("effort") ? [] : [{ kind: "effort" as const, values: ["low", "high"] }]),
    ...(has("memory") ? [] : [{ kind: "memory" as const, values: ["on", "off"] }]),
  ];
}

/** Leaves out what other orgs no longer have: a handoff, a trait, a share. */
export function stillPossible(variations: readonly Variation[], variable: Variable): Variation[] {
  return variations.flatMap((each): Variation[] => {
    if (each.kind === "relay") return variable.edges.some(({ value }) => value === each.edge) ? [each] : [];
    if (each.kind !== "trait") return [each];
    const shares = variable.traits.find(({ trait }) => trait === each.trait)?.shares ?? [];
    const values = each.values.filter((value) => shares.some((share) => share.value === value));
    return values.length === 0 ? [] : [{ ...each, values }];
  });
}

/** As `driftlab run --sweep` and `--trait` take them. */
export function axisTexts(variations: readonly Variation[]): string[] {
  return variations.filter((each) => each.values.length > 0).map((each) => `${axisName(each)}=${each.values.join(",")}`);
}

function axisName(variation: Variation): string {
  if (variation.kind === "trait") return `trait:${variation.trait}`;
  return variation.kind === "relay" ? `relay:${variation.edge}` : variation.kind;
}

/** How many arms the values make of so many orgs. */
export function armCount(variations: readonly Variation[], orgs: number): number {
  return variations.reduce((product, each) => product * Math.max(1, each.values.length), orgs);
}

/** The sum behind it, e.g. `2 × 3 = 6`; empty where nothing is multiplied. */
export function armSum(variations: readonly Variation[], orgs: number): string {
  const factors = [orgs, ...variations.map((each) => each.values.length)].filter((each) => each > 1);
  return factors.length < 2 ? "" : `${factors.join(" × ")} = ${armCount(variations, orgs)}`;
}
