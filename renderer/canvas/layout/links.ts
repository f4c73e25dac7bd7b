/** Owns reading a tangle of links as one direction: what is forward, what hangs together, which tree spans it. Pure. */

export interface Link {
  from: string;
  to: string;
}

/**
 * Links without loops: between two keys at most one, and never around. Of a pair in both directions the one that leads away
 * from `firsts` is kept, and none between equals; what closes a loop, going out from `firsts`, is turned round.
 */
export function forwardLinks(keys: readonly string[], links: readonly Link[], firsts: readonly string[]): Link[] {
  const level = levels(keys, links, firsts);
  const there = new Set(links.map(({ from, to }) => JSON.stringify([from, to])));
  const levelOf = (key: string) => level.get(key) ?? 0;
  const oneWay = links.filter(({ from, to }) => !there.has(JSON.stringify([to, from])) || levelOf(from) < levelOf(to));
  const back = backLinks(keys, oneWay, firsts);
  const taken = new Set<string>();
  return oneWay
    .map((link) => (back.has(link) ? { from: link.to, to: link.from } : link))
    .filter(({ from, to }) => {
      const pair = JSON.stringify([from, to]);
      if (taken.has(pair)) return false;
      taken.add(pair);
      return true;
    });
}

/** Links that lead from a key to one it was reached from, in a walk depth first from `firsts`, then from the rest. */
function backLinks(keys: readonly string[], links: readonly Link[], firsts: readonly string[]): Set<Link> {
  const leaving = grouped(links, (link) => link.from);
  const state = new Map<string, "open" | "done">();
  const back = new Set<Link>();
  for (const start of startsOf(keys, links, firsts)) {
    if (state.has(start)) continue;
    // By hand, as a chain of thousands would overrun the stack.
    const path = [{ key: start, next: 0 }];
    state.set(start, "open");
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const link = leaving.get(here.key)?.[here.next];
      here.next += 1;
      if (!link) {
        state.set(here.key, "done");
        path.pop();
      } else if (state.get(link.to) === "open") back.add(link);
      else if (!state.has(link.to)) {
        state.set(link.to, "open");
        path.push({ key: link.to, next: 0 });
      }
    }
  }
  return back;
}

/** Where to start: what is named, then what nothing leads to, then in order. */
function startsOf(keys: readonly string[], links: readonly Link[], firsts: readonly string[]): string[] {
  const reached = new Set(links.map((link) => link.to));
  return [...new Set([...firsts, ...keys.filter((key) => !reached.has(key)), ...keys])];
}

/** Fewest links from a start to each key. */
function levels(keys: readonly string[], links: readonly Link[], firsts: readonly string[]): Map<string, number> {
  const leaving = grouped(links, (link) => link.from);
  const level = new Map<string, number>();
  const walk = (starts: readonly string[]) => {
    const queue = starts.filter((key) => !level.has(key));
    for (const key of queue) level.set(key, 0);
    for (const key of queue)
      for (const { to } of leaving.get(key) ?? [])
        if (!level.has(to)) {
          level.set(to, (level.get(key) ?? 0) + 1);
          queue.push(to);
        }
  };
  walk(firsts);
  for (const start of startsOf(keys, links, firsts)) walk([start]);
  return level;
}

/** Keys that hang together, whichever way the links run; parts and keys in the order of `keys`. */
export function componentsOf(keys: readonly string[], links: readonly Link[]): string[][] {
  const near = neighbours(links);
  const partOf = new Map<string, number>();
  let parts = 0;
  for (const start of keys) {
    if (partOf.has(start)) continue;
    const queue = [start];
    partOf.set(start, parts);
    for (const key of queue)
      for (const other of near.get(key) ?? [])
        if (!partOf.has(other)) {
          partOf.set(other, parts);
          queue.push(other);
        }
    parts += 1;
  }
  return Array.from({ length: parts }, (_, part) => keys.filter((key) => partOf.get(key) === part));
}

/**
 * A tree that spans one connected part, breadth first from its start; links are followed forwards as long as that leads on,
 * then backwards. `order` lists the keys as they were met, the root first.
 */
export function spanningTree(
  part: readonly string[],
  links: readonly Link[],
  firsts: readonly string[],
): { order: string[]; links: Link[] } {
  const inside = new Set(part);
  const own = links.filter((link) => inside.has(link.from) && inside.has(link.to));
  const leaving = grouped(own, (link) => link.from);
  const arriving = grouped(own, (link) => link.to);
  const root = startsOf(
    part,
    own,
    firsts.filter((key) => inside.has(key)),
  )[0];
  if (root === undefined) return { order: [], links: [] };
  const order = [root];
  const met = new Set(order);
  const tree: Link[] = [];
  const meet = (from: string, to: string) => {
    if (met.has(to)) return;
    met.add(to);
    order.push(to);
    tree.push({ from, to });
  };
  let forwards = 0;
  let backwards = 0;
  while (met.size < part.length) {
    for (let key = order[forwards]; key !== undefined; key = order[forwards]) {
      forwards += 1;
      for (const { to } of leaving.get(key) ?? []) meet(key, to);
    }
    const key = order[backwards];
    if (key === undefined) break;
    backwards += 1;
    for (const { from } of arriving.get(key) ?? []) meet(key, from);
  }
  return { order, links: tree };
}

function neighbours(links: readonly Link[]): Map<string, string[]> {
  const near = new Map<string, string[]>();
  for (const { from, to } of links)
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      const list = near.get(one);
      if (list) list.push(other);
      else near.set(one, [other]);
    }
  return near;
}

function grouped(links: readonly Link[], keyOf: (link: Link) => string): Map<string, Link[]> {
  const groups = new Map<string, Link[]>();
  for (const link of links) {
    const list = groups.get(keyOf(link));
    if (list) list.push(link);
    else groups.set(keyOf(link), [link]);
  }
  return groups;
}
