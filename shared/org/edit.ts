/** Owns edit operations on a design: pure, invertible, small enough to travel, so that undo, autosave and two tabs are one mechanism. */
import type { Org } from "#shared/org/schema.ts";

/** The lists of a design whose items have an id. */
export const COLLECTIONS = ["agents", "handoffs", "groups", "notes"] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** Any JSON value; `undefined` in a `set` means the field is absent. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Op =
  /** Puts an item into a list; `index` past the end appends. Replaces nothing: an id already there makes it a no-op. */
  | { op: "insert"; in: Collection; index: number; item: { id: string } & Record<string, unknown> }
  /** Takes an item out; a missing one makes it a no-op. */
  | { op: "remove"; in: Collection; id: string }
  /** Sets one field of an item; a missing item makes it a no-op. */
  | { op: "set"; in: Collection; id: string; field: string; value?: unknown }
  /** Sets one field of the org itself (name, description, defaults, limits…). */
  | { op: "set-org"; field: string; value?: unknown };

/** What a person did: one undo step with a name, e.g. "connect Planner → Writer". */
export interface Edit {
  name: string;
  ops: Op[];
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
    return withField(org as unknown as Record<string, unknown>, op.field, op.value) as unknown as Org;
  }
  const list = org[op.in] as unknown as Item[];
  const at = list.findIndex((item) => item.id === (op.op === "insert" ? op.item.id : op.id));
  if (op.op === "insert") {
    if (at !== -1) return org;
    const next = [...list];
    next.splice(Math.min(Math.max(op.index, 0), list.length), 0, op.item);
    return { ...org, [op.in]: next } as Org;
  }
  if (at === -1) return org;
  if (op.op === "remove") return { ...org, [op.in]: list.filter((_, index) => index !== at) } as Org;
  if (op.field === "id") return org;
  const next = [...list];
  next[at] = withField(list[at] as Item, op.field, op.value) as Item;
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
  if (op.op === "set-org") {
    const record = org as unknown as Record<string, unknown>;
    return [op.field in record ? { ...op, value: record[op.field] } : { op: "set-org", field: op.field }];
  }
  if (op.op === "insert") return [{ op: "remove", in: op.in, id: op.item.id }];
  const list = org[op.in] as unknown as Item[];
  const index = list.findIndex((item) => item.id === op.id);
  const item = list[index] as Item;
  if (op.op === "remove") return [{ op: "insert", in: op.in, index, item }];
  return [op.field in item ? { ...op, value: item[op.field] } : { op: "set", in: op.in, id: op.id, field: op.field }];
}

/** Keeps the order of fields, so that undoing gives the same bytes. A new field goes last; undefined takes it away. */
function withField(record: Record<string, unknown>, field: string, value: unknown): Record<string, unknown> {
  if (value === undefined) {
    if (!(field in record)) return record;
    const { [field]: _, ...rest } = record;
    return rest;
  }
  return { ...record, [field]: value };
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
