/** Owns the operations that make one design out of another, so that replacing a whole design is one edit that can be undone. Pure. */
import { COLLECTIONS, type Collection, type Op } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";

type Item = { id: string } & Record<string, unknown>;

/** What no operation touches: format and version are the same of all designs, lists have operations of their own. */
const NOT_FIELDS = new Set<string>(["format", "version", ...COLLECTIONS]);

/**
 * The operations that turn `before` into `after`; none where they say the same.
 * Law: applyOps(before, replaceOps(before, after)) holds what `after` holds.
 */
export function replaceOps(before: Org, after: Org): Op[] {
  return [
    ...fieldOps(before, after)
      .filter(({ field }) => !NOT_FIELDS.has(field))
      .map((each): Op => ({ op: "set-org", ...each })),
    ...COLLECTIONS.flatMap((collection) => listOps(collection, before[collection] as Item[], after[collection] as Item[])),
  ];
}

function listOps(collection: Collection, before: readonly Item[], after: readonly Item[]): Op[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const had = new Map(before.map((item) => [item.id, item]));
  const has = new Map(after.map((item) => [item.id, item]));
  const stayed = (items: readonly Item[]) => items.map((item) => item.id).filter((id) => had.has(id) && has.has(id));
  const twice = had.size < before.length || has.size < after.length;
  // An id that stands twice cannot be set, and what changed places cannot be moved: then the list is made anew.
  if (twice || JSON.stringify(stayed(before)) !== JSON.stringify(stayed(after)))
    return [
      ...before.map((item): Op => ({ op: "remove", in: collection, id: item.id })),
      ...after.map((item, index): Op => ({ op: "insert", in: collection, index, item, ...(twice ? { again: true } : {}) })),
    ];
  return [
    ...before.filter((item) => !has.has(item.id)).map((item): Op => ({ op: "remove", in: collection, id: item.id })),
    ...after.flatMap((item): Op[] => {
      const old = had.get(item.id);
      return old ? fieldOps(old, item).map((each): Op => ({ op: "set", in: collection, id: item.id, ...each })) : [];
    }),
    // In order: everything that belongs before a new one stands there when it comes.
    ...after.flatMap((item, index): Op[] => (had.has(item.id) ? [] : [{ op: "insert", in: collection, index, item }])),
  ];
}

function fieldOps(before: Record<string, unknown>, after: Record<string, unknown>): { field: string; value?: unknown }[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.flatMap((field) => {
    if (!Object.hasOwn(after, field)) return [{ field }];
    if (Object.hasOwn(before, field) && JSON.stringify(before[field]) === JSON.stringify(after[field])) return [];
    return [{ field, value: after[field] }];
  });
}
