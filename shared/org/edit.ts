/** Owns edit operations on a design: pure, invertible, small enough to travel, so that undo, autosave and two tabs are one mechanism. */
import type { Org } from "#shared/org/schema.ts";

/** The lists of a design whose items have an id. */
export const COLLECTIONS = ["agents", "handoffs", "groups", "notes"] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** Any JSON value; `undefined` in a `set` means the field is absent. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Op =
  /** Puts an item into a list; `index` past the end appends. Replaces nothing: an id already there makes it a no-op, unless
   * `again` says that the list held the id twice (a design that loaded so is mended by removing one, and that is undone). */
  | { op: "insert"; in: Collection; index: number; item: { id: string } & Record<string, unknown>; again?: true }
  /** Takes an item out; a missing one makes it a no-op. */
  | { op: "remove"; in: Collection; id: string }
  /** Sets one field of an item; a missing item makes it a no-op. A field that was not there goes before `before`, else last. */
  | { op: "set"; in: Collection; id: string; field: string; value?: unknown; before?: string }
  /** Sets one field of the org itself (name, description, defaults, limits…). */
  | { op: "set-org"; field: string; value?: unknown; before?: string };

/** What a person did: one undo step with a name, e.g. "connect Planner → Writer". */
export interface Edit {
  name: string;
  ops: Op[];
  /** What a screen reader hears when it is done: "Connected Planner to Writer". Nothing is said without it, as while typing. */
  said?: string;
  /** Edits with the same key that follow each other closely are one undo step (typing, arrow-key moves). */
  coalesce?: string;
}

/** Fields that no operation may touch: they say what the document is. */
const FIXED = new Set<string>(["format", "version", ...COLLECTIONS]);

type Item = { id: string } & Record<string, unknown>;

/** The design after one operation; the same object where nothing changes. Never throws on a stale operation. */
export function applyOp(org: Org, op: Op): Org {
  if (op.op === "set-org") {
    if (FIXED.has(op.field)) return org;
    return withField(org as unknown as Record<string, unknown>, op) as unknown as Org;
  }
  const list = org[op.in] as unknown as Item[];
  const at = list.findIndex((item) => item.id === (op.op === "insert" ? op.item.id : op.id));
  if (op.op === "insert") {
    if (at !== -1 && !op.again) return org;
    const next = [...list];
    next.splice(Math.min(Math.max(op.index, 0), list.length), 0, op.item);
    return { ...org, [op.in]: next } as Org;
  }
  if (at === -1) return org;
  if (op.op === "remove") return { ...org, [op.in]: list.filter((_, index) => index !== at) } as Org;
  if (op.field === "id") return org;
  const next = [...list];
  next[at] = withField(list[at] as Item, op) as Item;
  return { ...org, [op.in]: next } as Org;
}

/** The design after all operations in order. */
export function applyOps(org: Org, ops: readonly Op[]): Org {
  return ops.reduce(applyOp, org);
}

/**
 * The operations that take `applyOps(org, ops)` back to `org`, byte for byte.
 * Law: applyOps(applyOps(org, ops), invertOps(org, ops)) equals org.
 */
export function invertOps(org: Org, ops: readonly Op[]): Op[] {
  const inverse: Op[] = [];
  let current = org;
  for (const op of ops) {
    const next = applyOp(current, op);
    if (next !== current) inverse.unshift(...invertOp(current, op));
    current = next;
  }
  return inverse;
}

function invertOp(org: Org, op: Op): Op[] {
  if (op.op === "set-org") return [{ op: "set-org", ...fieldAsItIs(org as unknown as Record<string, unknown>, op.field) }];
  if (op.op === "insert") return [{ op: "remove", in: op.in, id: op.item.id }];
  const list = org[op.in] as unknown as Item[];
  const index = list.findIndex((item) => item.id === op.id);
  const item = list[index] as Item;
  if (op.op === "set") return [{ op: "set", in: op.in, id: op.id, ...fieldAsItIs(item, op.field) }];
  const twice = list.some((other, at) => at !== index && other.id === op.id);
  return [{ op: "insert", in: op.in, index, item, ...(twice ? { again: true } : {}) }];
}

/** A field's value and its place among the others; one that is absent stays absent. */
function fieldAsItIs(record: Record<string, unknown>, field: string): { field: string; value?: unknown; before?: string } {
  if (!Object.hasOwn(record, field)) return { field };
  const names = Object.keys(record);
  const before = names[names.indexOf(field) + 1];
  return { field, value: record[field], ...(before === undefined ? {} : { before }) };
}

/** Keeps the order of fields, so that undoing gives the same bytes; undefined takes the field away. */
function withField(
  record: Record<string, unknown>,
  { field, value, before }: { field: string; value?: unknown; before?: string },
): Record<string, unknown> {
  const there = Object.hasOwn(record, field);
  if (value === undefined) {
    if (!there) return record;
    const { [field]: _, ...rest } = record;
    return rest;
  }
  if (there || before === undefined || !Object.hasOwn(record, before)) return { ...record, [field]: value };
  return Object.fromEntries(Object.entries(record).flatMap((each) => (each[0] === before ? [[field, value], each] : [each])));
}

/** Removes an agent with all its handoffs. */
export function removeAgentOps(org: Org, id: string): Op[] {
  return [
    ...org.handoffs
      .filter((handoff) => handoff.source === id || handoff.target === id)
      .map((handoff): Op => ({ op: "remove", in: "handoffs", id: handoff.id })),
    ...org.groups
      .filter((group) => group.agents.includes(id))
      .map((group): Op => ({ op: "set", in: "groups", id: group.id, field: "agents", value: group.agents.filter((each) => each !== id) })),
    { op: "remove", in: "agents", id },
  ];
}
