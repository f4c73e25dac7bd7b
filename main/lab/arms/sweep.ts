/** Owns a sweep: one org in all combinations of what its axes set, each a variant with a name and its settings. */
import { type FamilySpec, generateOrg } from "#shared/org/families.ts";
import type { Handoff, Org, Relay } from "#shared/org/schema.ts";
import { errorProblem, type Loaded } from "#shared/problem.ts";
import { type Axis, axisName, type Effort } from "#main/lab/arms/axes.ts";
import { percent, type TraitShares, withTraits } from "#main/lab/arms/traits.ts";
import { MOST_ARMS, type OrgVariant } from "#main/lab/arms/variant.ts";
import { withModel } from "#main/lab/run-cell.ts";

/** One value of one axis. */
type Choice = { axis: Axis; value: string | number | boolean };

/** The order in which choices are put on a design: its size first, since it makes another design; traits last, together. */
const ORDER: readonly Axis["kind"][] = ["size", "relay", "model", "effort", "memory", "trait"];

/**
 * All combinations of the axes' values, the last axis the fastest. Without axes the org alone. Agents and handoffs keep
 * their ids, so that edges of variants can be compared.
 *
 * @param seed draws who gets a trait
 * @param family what the org was generated from; needed for an axis of sizes
 */
export function expandSweep(org: Org, axes: readonly Axis[], seed: number, family: FamilySpec | null = null): Loaded<OrgVariant[]> {
  const names = axes.map(axisName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return refused("axis-twice", `${twice} is set twice; put all its values into one.`);
  const arms = axes.reduce((product, axis) => product * axis.values.length, 1);
  if (arms > MOST_ARMS)
    return refused(
      "too-many-arms",
      `The sweep makes ${axes.map((axis) => axis.values.length).join(" × ")} = ${arms} arms of ${org.name}; ${MOST_ARMS} is the most. Leave out values or an axis.`,
    );
  if (family === null && axes.some((axis) => axis.kind === "size"))
    return refused("no-family", `${org.name} has a size of its own; sizes can be swept where the org is named family:KIND:SIZE:SEED.`);
  const grid = axes.reduce<Choice[][]>(
    (before, axis) => before.flatMap((choices) => axis.values.map((value): Choice[] => [...choices, { axis, value }])),
    [[]],
  );
  const variants: OrgVariant[] = [];
  for (const choices of grid) {
    const made = variantOf(org, choices, seed, family);
    if (!made.ok) return made;
    variants.push(made.value);
  }
  return { ok: true, value: variants, problems: [] };
}

function variantOf(base: Org, choices: readonly Choice[], seed: number, family: FamilySpec | null): Loaded<OrgVariant> {
  let org = base;
  const shares: TraitShares = {};
  const words: string[] = [];
  const settings: Record<string, string> = {};
  const ordered = ORDER.flatMap((kind) => choices.filter(({ axis }) => axis.kind === kind));
  for (const { axis, value } of ordered)
    switch (axis.kind) {
      case "size":
        // The generated org's own name says its size.
        if (family) org = generateOrg({ ...family, size: Number(value) });
        settings.size = String(value);
        break;
      case "relay": {
        const edge = findEdge(org, axis.edge);
        if (!edge.ok) return edge;
        const { id } = edge.value;
        if (`relay:${id}` in settings)
          return refused("axis-twice", `The relay of ${edgeName(org, edge.value)} is set twice; put all its values into one.`);
        org = { ...org, handoffs: org.handoffs.map((each) => (each.id === id ? { ...each, relay: value as Relay } : each)) };
        words.push(`${edgeName(org, edge.value)} ${value}`);
        settings[`relay:${id}`] = String(value);
        break;
      }
      case "model":
        org = withModel(org, String(value));
        words.push(String(value));
        settings.model = String(value);
        break;
      case "effort":
        org = withEffort(org, value as Effort);
        words.push(`effort ${value}`);
        settings.effort = String(value);
        break;
      case "memory":
        org = { ...org, agents: org.agents.map((agent) => ({ ...agent, memory: value === true })) };
        words.push(`memory ${value === true ? "on" : "off"}`);
        settings.memory = value === true ? "on" : "off";
        break;
      case "trait":
        shares[axis.trait] = Number(value);
        words.push(`${axis.trait} ${percent(Number(value))}`);
        settings[`trait:${axis.trait}`] = String(value);
        break;
    }
  const traits = withTraits(org, shares, seed);
  if (!traits.ok) return { ok: false, problems: [traits.problem] };
  return { ok: true, value: { org: traits.org, name: [org.name, ...words].join(" · "), settings }, problems: [] };
}

/** One effort for all agents. */
function withEffort(org: Org, effort: Effort): Org {
  const agents = org.agents.map((agent) => {
    const { effort: _own, ...settings } = agent.settings;
    return { ...agent, settings };
  });
  return { ...org, defaults: { ...org.defaults, settings: { ...org.defaults.settings, effort } }, agents };
}

function edgeName(org: Org, edge: Handoff): string {
  const name = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? id;
  return `${name(edge.source)} → ${name(edge.target)}`;
}

/** A handoff by its id or as "Planner→Writer"; spaces and the kind of arrow (→, ->, >) do not matter. */
function findEdge(org: Org, words: string): Loaded<Handoff> {
  const byId = org.handoffs.find((edge) => edge.id === words);
  if (byId) return { ok: true, value: byId, problems: [] };
  const plain = (text: string) =>
    text
      .replace(/\s*(?:→|->|>)\s*/g, "→")
      .trim()
      .toLowerCase();
  const [found, other] = org.handoffs.filter((edge) => plain(edgeName(org, edge)) === plain(words));
  if (found && other)
    return refused(
      "edge-unclear",
      `${org.name} has several handoffs ${edgeName(org, found)}; name one by its id: ${found.id}, ${other.id}.`,
    );
  if (found) return { ok: true, value: found, problems: [] };
  const there = org.handoffs.slice(0, 8).map((edge) => edgeName(org, edge));
  return refused(
    "no-such-edge",
    `${org.name} has no handoff "${words}"; ${there.length === 0 ? "it has none" : `it has ${there.join(", ")}${org.handoffs.length > there.length ? ", …" : ""}`}.`,
  );
}

function refused<T>(code: string, message: string): Loaded<T> {
  return { ok: false, problems: [errorProblem(code, message)] };
}
