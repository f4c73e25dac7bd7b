/** Owns the axes of a sweep: what can be varied, and how an axis is written. */
import { EFFORTS, isRelay, type Relay, RELAYS, type Settings, type Trait, TRAITS } from "#shared/org/schema.ts";
import { LARGEST_FAMILY, SMALLEST_FAMILY } from "#shared/org/families.ts";
import { errorProblem, type Loaded } from "#shared/problem.ts";

export type Effort = NonNullable<Settings["effort"]>;

export type Axis =
  | { kind: "trait"; trait: Trait; values: readonly number[] }
  /** `edge` is a handoff's id or "Planner→Writer". */
  | { kind: "relay"; edge: string; values: readonly Relay[] }
  | { kind: "model"; values: readonly string[] }
  | { kind: "effort"; values: readonly Effort[] }
  | { kind: "memory"; values: readonly boolean[] }
  | { kind: "size"; values: readonly number[] };

const HOW =
  "model=a,b · effort=low,high · memory=on,off · relay:Planner→Writer=paraphrase,verbatim · trait:red-team=0,0.25 · size=3,6 (of family:… orgs)";

/** Reads an axis as a command line writes it: `relay:EDGE=paraphrase,verbatim`, `trait:red-team=0,0.25,0.5`, `memory=on,off`. */
export function readAxis(text: string): Loaded<Axis> {
  // The last sign: a person's name for an agent may hold one, a value never does.
  const at = text.lastIndexOf("=");
  const name = text.slice(0, Math.max(0, at)).trim();
  const values = text
    .slice(at + 1)
    .split(",")
    .map((each) => each.trim());
  const [kind = "", ...more] = name.split(":");
  const of = more.join(":").trim();
  if (at < 1 || (of === "") !== ["model", "effort", "memory", "size"].includes(kind))
    return refused(`A sweep is written as one of ${HOW}; got "${text}".`);
  if (values.includes("")) return refused(`The sweep "${text}" has an empty value; separate values with single commas.`);
  const twice = values.find((each, index) => values.indexOf(each) !== index);
  if (twice !== undefined) return refused(`The sweep "${text}" names ${twice} twice; leave one out.`);
  switch (kind) {
    case "model":
      return { ok: true, value: { kind, values }, problems: [] };
    case "effort":
      return read(
        text,
        values,
        EFFORTS.join(", "),
        (word) => EFFORTS.find((each) => each === word) ?? null,
        (known) => ({ kind, values: known }),
      );
    case "memory":
      return read(
        text,
        values,
        "on, off",
        (word) => (word === "on" ? true : word === "off" ? false : null),
        (known) => ({ kind, values: known }),
      );
    case "size":
      return read(text, values, `whole numbers from ${SMALLEST_FAMILY} to ${LARGEST_FAMILY}`, sizeOf, (known) => ({ kind, values: known }));
    case "relay":
      return read(
        text,
        values,
        RELAYS.join(", "),
        (word) => (isRelay(word) ? word : null),
        (known) => ({ kind, edge: of, values: known }),
      );
    case "trait": {
      const trait = TRAITS.find((each) => each === of);
      if (!trait) return refused(`There is no trait "${of}" in "${text}"; there are ${TRAITS.join(", ")}.`);
      return read(text, values, "shares from 0 to 1", shareOf, (known) => ({ kind, trait, values: known }));
    }
    default:
      return refused(`"${kind}" cannot be swept. A sweep is written as one of ${HOW}.`);
  }
}

/** Reads `red-team=0.25`: one trait at one share, which is an axis of one value. */
export function readTrait(text: string): Loaded<Axis> {
  const [trait = "", share = "", ...rest] = text.split("=");
  if (rest.length > 0 || shareOf(share.trim()) === null)
    return refused(`--trait takes a trait and a share from 0 to 1, such as red-team=0.25; got "${text}".`);
  return readAxis(`trait:${trait}=${share}`);
}

/** What an axis varies, in a word; no two axes of one sweep may have the same. */
export function axisName(axis: Axis): string {
  if (axis.kind === "trait") return `trait:${axis.trait}`;
  return axis.kind === "relay" ? `relay:${axis.edge}` : axis.kind;
}

function read<T extends string | number | boolean>(
  text: string,
  words: readonly string[],
  takes: string,
  valueOf: (word: string) => T | null,
  axis: (values: T[]) => Axis,
): Loaded<Axis> {
  const values: T[] = [];
  for (const word of words) {
    const value = valueOf(word);
    if (value === null) return refused(`The sweep "${text}" takes ${takes}; got "${word}".`);
    // 0.5 and 0.50 are two words for one value.
    if (values.includes(value)) return refused(`The sweep "${text}" names ${word} twice; leave one out.`);
    values.push(value);
  }
  return { ok: true, value: axis(values), problems: [] };
}

function shareOf(word: string): number | null {
  return /^(\d+(\.\d+)?|\.\d+)$/.test(word) && Number(word) <= 1 ? Number(word) : null;
}

function sizeOf(word: string): number | null {
  const size = /^\d{1,3}$/.test(word) ? Number(word) : 0;
  return size >= SMALLEST_FAMILY && size <= LARGEST_FAMILY ? size : null;
}

function refused(message: string): Loaded<Axis> {
  return { ok: false, problems: [errorProblem("bad-sweep", message)] };
}
