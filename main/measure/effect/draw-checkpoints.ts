/** Owns drawing the checkpoints of an effect study: handoffs of an edge at random, seeded, without replacement, per task (M6). */
import type { Reason } from "#shared/drift/types.ts";
import { labelDice } from "#main/measure/repair/label-dice.ts";

/** A handoff on the edge, from a run that was not used to choose the edge. */
export interface Candidate {
  runId: string;
  taskId: string;
  repeat: number;
  handoffId: string;
  /** M2, 0 to 3; null with a reason. */
  loss: number | null;
  reason: Reason | null;
}

export interface DrawInput {
  handoffs: readonly Candidate[];
  /** C: how many in each task. */
  perTask: number;
  seed: number;
}

export interface DrawnCheckpoints {
  /** By task, in it by run and handoff. */
  checkpoints: (Candidate & { lossy: boolean })[];
  /** Tasks with fewer handoffs than were asked for; all of them were taken. */
  short: { taskId: string; wanted: number; had: number }[];
  /** Handoffs that no probe could read: whether they lost anything is unknown, so they are not drawn. */
  leftOut: number;
}

/**
 * Draws up to `perTask` handoffs of every task, each as likely as any other, those that lost nothing among them: they
 * enter as 0. Each handoff's roll hangs on the seed and its own names, so the order of the input changes nothing, a larger
 * `perTask` only adds, and another task's handoffs change nothing here. A handoff given twice counts once.
 */
export function drawCheckpoints({ handoffs, perTask, seed }: DrawInput): DrawnCheckpoints {
  const once = new Map(handoffs.map((each) => [JSON.stringify([each.taskId, each.runId, each.handoffId]), each]));
  const known = [...once].filter(([, { loss, reason }]) => loss !== null || reason === "nothing-to-lose" || reason === "nothing-to-carry");
  const byTask = new Map<string, [string, Candidate][]>();
  for (const entry of known) byTask.set(entry[1].taskId, [...(byTask.get(entry[1].taskId) ?? []), entry]);
  // Every task is spoken of, also one none of whose handoffs can be drawn.
  const tasks = [...new Set(handoffs.map(({ taskId }) => taskId))].sort();
  const drawn = tasks.flatMap((task) =>
    (byTask.get(task) ?? [])
      .map(([key, each]) => ({ key, each, roll: labelDice("checkpoint", seed, key) }))
      .sort((one, other) => one.roll - other.roll || (one.key < other.key ? -1 : 1))
      .slice(0, perTask)
      .sort((one, other) => (one.key < other.key ? -1 : 1))
      .map(({ each }) => ({ ...each, lossy: (each.loss ?? 0) > 0 })),
  );
  return {
    checkpoints: drawn,
    short: tasks
      .map((taskId) => ({ taskId, wanted: perTask, had: byTask.get(taskId)?.length ?? 0 }))
      .filter(({ wanted, had }) => had < wanted),
    leftOut: once.size - known.length,
  };
}
