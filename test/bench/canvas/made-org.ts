/** Owns the orgs that the canvas is measured with: any number of agents in columns, about one and a half handoffs an agent. */
import { emptyOrg } from "#shared/org/create.ts";
import { type Agent, agentSchema, type Handoff, handoffSchema, type Org } from "#shared/org/schema.ts";
import { seededNumbers } from "#shared/org/seeded.ts";

/** Families draw their boxes this far apart; both are multiples of the canvas's grid. */
const COLUMN = 320;
const ROW = 160;
/** Handoffs an agent has beyond the one that reaches it. */
const EXTRA = 0.5;

/**
 * An org of a size, the same one for the same size: a chain of command in which agent after agent is handed to by an earlier
 * one, and half as many handoffs again that cross it. The columns fill a square, so that the whole is seen at once.
 */
export function madeOrg(size: number): Org {
  const rows = Math.max(2, Math.ceil(Math.sqrt((size * COLUMN) / ROW)));
  const next = seededNumbers(size);
  const agents = Array.from({ length: size }, (_, index) => agentAt(index, size, rows));
  const pairs = new Set<string>();
  const handoffs: Handoff[] = [];
  const add = (from: number, to: number) => {
    const [source, target] = [agents[from], agents[to]];
    if (!source || !target || source === target || pairs.has(`${from}>${to}`)) return;
    pairs.add(`${from}>${to}`);
    handoffs.push(handoffSchema.parse({ id: `handoff_${from}_${to}`, source: source.id, target: target.id }));
  };
  // Somebody of the column before: short wires, as people draw them.
  for (let index = 1; index < size; index += 1) add(Math.max(0, index - 1 - Math.floor(next() * rows)), index);
  const wanted = Math.round(size * (1 + EXTRA));
  // A handful of agents has no room for so many.
  for (let tries = 0; handoffs.length < wanted && tries < 50 * size; tries += 1) {
    const from = Math.floor(next() * (size - 1));
    add(from, Math.min(size - 1, from + 1 + Math.floor(next() * 2 * rows)));
  }
  return { ...emptyOrg(`Canvas of ${size}`, "bench"), agents, handoffs };
}

function agentAt(index: number, size: number, rows: number): Agent {
  return agentSchema.parse({
    id: `agent_${index}`,
    name: `Agent ${index}`,
    role: ["lead", "analyst", "writer", "checker"][index % 4],
    instructions: `You are agent ${index}. Do your part of the work and say to your colleagues what they need to know.`,
    receivesBrief: index === 0,
    delivers: index === size - 1,
    position: { x: COLUMN * Math.floor(index / rows), y: ROW * (index % rows) },
  });
}
