/** Owns the adjacency matrix of a design: which letter stands for which handoff, and what a change of a cell does. Pure. */
import { connect, handoffName, nameOf, setHandoff } from "#renderer/design/edits.ts";
import type { Edit } from "#shared/org/edit.ts";
import { type Handoff, isRelay, type Org, RELAYS, type Relay, RUNNABLE_KINDS } from "#shared/org/schema.ts";
import { relayWords } from "#renderer/canvas/view-model.ts";

/** The letter of each relay; "?" is one that this version cannot run. */
export const LETTERS: Record<Relay, string> = { paraphrase: "P", "paraphrase+brief": "B", verbatim: "V" };

export interface MatrixCell {
  /** The handoff that the cell shows: a message where there is one. */
  handoff: Handoff | null;
  /** Empty where nothing is handed off. */
  letter: string;
  /** How many handoffs there are from the one to the other; more than one is a problem of the design. */
  count: number;
  /** The whole of it in words. */
  says: string;
}

export interface MatrixRow {
  id: string;
  name: string;
  cells: MatrixCell[];
}

export interface Matrix {
  /** Senders in the design's order; the columns are the same agents as receivers. */
  rows: MatrixRow[];
  sends: number[];
  receives: number[];
}

/** Rows send, columns receive. */
export function matrixOf(org: Org): Matrix {
  const between = new Map<string, Handoff[]>();
  const key = (source: string, target: string) => JSON.stringify([source, target]);
  for (const handoff of org.handoffs) {
    const pair = key(handoff.source, handoff.target);
    between.set(pair, [...(between.get(pair) ?? []), handoff]);
  }
  const rows = org.agents.map((source) => ({
    id: source.id,
    name: source.name,
    cells: org.agents.map((target) => cellOf(source.name, target.name, between.get(key(source.id, target.id)) ?? [])),
  }));
  return {
    rows,
    sends: rows.map((row) => row.cells.filter((cell) => cell.handoff).length),
    receives: org.agents.map((_, index) => rows.filter((row) => row.cells[index]?.handoff).length),
  };
}

function cellOf(source: string, target: string, handoffs: readonly Handoff[]): MatrixCell {
  const handoff = handoffs.find((each) => RUNNABLE_KINDS.includes(each.kind)) ?? handoffs[0] ?? null;
  const count = handoffs.length;
  if (!handoff) return { handoff, letter: "", count, says: `${source} → ${target}: no handoff` };
  const runs = RUNNABLE_KINDS.includes(handoff.kind) && isRelay(handoff.relay);
  const words = runs ? relayWords(handoff.relay) : `${handoff.kind}, ${relayWords(handoff.relay)}, which cannot run here`;
  return {
    handoff,
    letter: runs ? LETTERS[handoff.relay] : "?",
    count,
    says: `${source} → ${target}: ${words}${count > 1 ? `; ${count} handoffs` : ""}`,
  };
}

/** The edit that makes a cell hand off in a way, or (null) not at all; null where nothing would change. */
export function setCell(org: Org, sourceId: string, targetId: string, relay: Relay | null): Edit | null {
  if (sourceId === targetId) return null;
  const { handoff } = cellOf(
    "",
    "",
    org.handoffs.filter((each) => each.source === sourceId && each.target === targetId),
  );
  if (!handoff) {
    if (relay === null) return null;
    const { edit } = connect(org, sourceId, targetId);
    const ops = edit.ops.map((op) => (op.op === "insert" ? { ...op, item: { ...op.item, relay } } : op));
    return {
      name: `connect ${nameOf(org, sourceId)} → ${nameOf(org, targetId)}${relay === "paraphrase" ? "" : ` (${relayWords(relay)})`}`,
      ops,
    };
  }
  if (relay === null) return { name: `delete ${handoffName(org, handoff.id)}`, ops: [{ op: "remove", in: "handoffs", id: handoff.id }] };
  if (handoff.relay === relay) return null;
  return { ...setHandoff(org, handoff.id, "relay", relay), name: `hand off ${handoffName(org, handoff.id)} by ${relayWords(relay)}` };
}

/** The relay that a letter stands for; null for other keys. */
export function relayOfLetter(letter: string): Relay | null {
  return RELAYS.find((relay) => LETTERS[relay] === letter.toUpperCase()) ?? null;
}
