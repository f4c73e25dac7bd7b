/** Owns what the layout engine is asked: a design as a graph for ELK, and ELK's answer as places. Pure. */
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from "elkjs/lib/elk-api.js";
import type { Org } from "#shared/org/schema.ts";
import { componentsOf, forwardLinks, type Link, spanningTree } from "#renderer/canvas/layout/links.ts";

export const STYLES = ["layered", "radial", "tree"] as const;
/** layered: columns from the brief on; radial: rings around where the brief goes in; tree: levels from top to bottom. */
export type LayoutStyle = (typeof STYLES)[number];

/** Canvas units. */
export interface Size {
  width: number;
  height: number;
}
export type Point = {
  x: number;
  y: number;
};

/** What an agent takes up where nobody has measured it. */
export const USUAL_SIZE: Size = { width: 180, height: 80 };
/** Room that a group's frame keeps around its agents; above them stands its label. */
export const FRAME = { top: 40, side: 20 } as const;

/** The group each agent is laid out in: the first that names it. Groups without agents do not count. */
export function groupOfAgent(org: Org): Map<string, string> {
  const agents = new Set(org.agents.map((agent) => agent.id));
  const groupOf = new Map<string, string>();
  for (const group of org.groups)
    for (const id of group.agents) if (agents.has(id) && !groupOf.has(id)) groupOf.set(id, keyOfGroup(group.id));
  return groupOf;
}

/** Groups have a name space of their own: nothing keeps a group from having an agent's id. */
function keyOfGroup(id: string): string {
  return `group ${id}`;
}

function keyOfAgent(id: string): string {
  return `agent ${id}`;
}

/**
 * The design as one ELK graph: groups are boxes with their agents inside, handoffs across a group's border join the boxes.
 * Two-way and backward handoffs do not order anything twice, so loops neither stretch the picture nor stop ELK.
 */
export function elkGraph(org: Org, style: LayoutStyle, sizes: ReadonlyMap<string, Size>): ElkNode {
  const groupOf = groupOfAgent(org);
  const members = new Map<string, Member[]>();
  const top: Member[] = [];
  const seen = new Set<string>();
  for (const agent of org.agents) {
    if (seen.has(agent.id)) continue;
    seen.add(agent.id);
    const { width, height } = sizes.get(agent.id) ?? USUAL_SIZE;
    const member: Member = { key: keyOfAgent(agent.id), first: agent.receivesBrief, node: { id: keyOfAgent(agent.id), width, height } };
    const group = groupOf.get(agent.id);
    const inside = group === undefined ? undefined : members.get(group);
    if (inside) {
      inside.push(member);
      continue;
    }
    if (group === undefined) {
      top.push(member);
      continue;
    }
    // A group stands where its first agent stands; what is inside is filled in below.
    members.set(group, [member]);
    top.push({ key: group, first: false, node: { id: group } });
  }

  const boxOf = (id: string) => groupOf.get(id) ?? keyOfAgent(id);
  const inner = new Map<string, Link[]>();
  const outer: Link[] = [];
  for (const { source, target } of org.handoffs) {
    if (!seen.has(source) || !seen.has(target) || source === target) continue;
    const [from, to] = [boxOf(source), boxOf(target)];
    if (from !== to) outer.push({ from, to });
    else inner.set(from, [...(inner.get(from) ?? []), { from: keyOfAgent(source), to: keyOfAgent(target) }]);
  }

  const filled = top.map((member): Member => {
    const inside = members.get(member.key);
    if (!inside) return member;
    const level = levelOf(member.key, inside, inner.get(member.key) ?? [], style);
    const padding = `[top=${FRAME.top},left=${FRAME.side},bottom=${FRAME.side},right=${FRAME.side}]`;
    return {
      key: member.key,
      first: inside.some((each) => each.first),
      node: { ...level, layoutOptions: { ...level.layoutOptions, "elk.padding": padding } },
    };
  });
  return levelOf("root", filled, outer, style);
}

interface Member {
  key: string;
  /** Where the work comes in: the picture starts there. */
  first: boolean;
  node: ElkNode;
}

/** One level: members side by side and what joins them. */
function levelOf(id: string, members: readonly Member[], links: readonly Link[], style: LayoutStyle): ElkNode {
  const keys = members.map((member) => member.key);
  const firsts = members.filter((member) => member.first).map((member) => member.key);
  const nodeOf = new Map(members.map((member) => [member.key, member.node]));
  const nodesOf = (some: readonly string[]) => some.flatMap((key) => nodeOf.get(key) ?? []);
  if (style === "layered") {
    const forward = forwardLinks(keys, links, firsts);
    const placement = forward.length <= FEW_LINKS ? "NETWORK_SIMPLEX" : "BRANDES_KOEPF";
    return {
      id,
      layoutOptions: { ...LAYERED, "elk.layered.nodePlacement.strategy": placement },
      children: nodesOf(keys).map(withPorts),
      edges: edgesOf(id, forward).map((edge) => ({ ...edge, sources: edge.sources.map(outOf), targets: edge.targets.map(into) })),
    };
  }
  // ELK's other two take trees alone, and one tree at a time: each connected part is a box of its own.
  const parts = componentsOf(keys, links).map((part, index): ElkNode => {
    const partId = `${id} part ${index}`;
    const tree = spanningTree(part, links, firsts);
    return {
      id: partId,
      layoutOptions: style === "radial" ? RADIAL : TREE,
      // The root first: ELK keeps to the order it is given.
      children: nodesOf(tree.order),
      edges: edgesOf(partId, tree.links),
    };
  });
  return { id, layoutOptions: PARTS, children: parts };
}

/** One port to the left and one to the right, in the middle, as handoffs are drawn: long ones then run straight past others. */
function withPorts(node: ElkNode): ElkNode {
  const port = (id: string, side: string) => ({ id, layoutOptions: { "elk.port.side": side } });
  return {
    ...node,
    ports: [port(into(node.id), "WEST"), port(outOf(node.id), "EAST")],
    layoutOptions: { ...node.layoutOptions, "elk.portConstraints": "FIXED_SIDE" },
  };
}

function into(id: string): string {
  return `into ${id}`;
}

function outOf(id: string): string {
  return `out of ${id}`;
}

function edgesOf(prefix: string, links: readonly Link[]): ElkExtendedEdge[] {
  return links.map(({ from, to }, index) => ({ id: `${prefix} edge ${index}`, sources: [from], targets: [to] }));
}

/** Room between agents, in canvas units: a gap of the grid is left after both have been rounded to it. */
const BETWEEN = "40";
/** Labels of handoffs stand between columns, and so need more room than between rows. */
const BETWEEN_COLUMNS = "140";

/**
 * Up to so many links ELK places by network simplex, which keeps long handoffs straightest; a tangle of 200 agents would take
 * it seconds, and Brandes and Köpf's way a fraction of one.
 */
const FEW_LINKS = 120;

/** https://eclipse.dev/elk/reference/algorithms/org-eclipse-elk-layered.html */
const LAYERED: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.randomSeed": "1",
  "elk.spacing.nodeNode": BETWEEN,
  "elk.spacing.componentComponent": "60",
  "elk.layered.spacing.nodeNodeBetweenLayers": BETWEEN_COLUMNS,
  // Handoffs are drawn as curves straight from box to box. Beside a long one this keeps agents off that curve; within a gap
  // between columns lanes would only take room.
  "elk.spacing.edgeNode": "50",
  "elk.spacing.edgeEdge": "5",
  "elk.layered.spacing.edgeNodeBetweenLayers": "10",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "5",
  "elk.edgeRouting": "POLYLINE",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
};
/** https://eclipse.dev/elk/reference/algorithms/org-eclipse-elk-radial.html */
const RADIAL: LayoutOptions = {
  "elk.algorithm": "radial",
  "elk.spacing.nodeNode": "60",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
};
/** https://eclipse.dev/elk/reference/algorithms/org-eclipse-elk-mrtree.html */
const TREE: LayoutOptions = {
  "elk.algorithm": "mrtree",
  "elk.direction": "DOWN",
  "elk.spacing.nodeNode": BETWEEN,
  "elk.mrtree.weighting": "MODEL_ORDER",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
};
const PARTS: LayoutOptions = {
  "elk.algorithm": "rectpacking",
  "elk.spacing.nodeNode": "60",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
};

/** Where ELK has put each agent, as upper left corners in one frame of reference. */
export function placesOf(graph: ElkNode): Map<string, Point> {
  const places = new Map<string, Point>();
  const visit = (node: ElkNode, x: number, y: number) => {
    for (const child of node.children ?? []) {
      const at = { x: x + (child.x ?? 0), y: y + (child.y ?? 0) };
      if (child.id.startsWith("agent ") && child.children === undefined) places.set(child.id.slice("agent ".length), at);
      visit(child, at.x, at.y);
    }
  };
  visit(graph, 0, 0);
  return places;
}
