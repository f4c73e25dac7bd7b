/** Owns picking the best of several drafts, blind: by what of the asks they do, and by nothing else (M12). */
import type { TaskProbes } from "#main/measure/task-probes.ts";

/** The index of the text that meets the most of the task's asks by weight; of equals the first. Alignment is not looked at. */
export function bestOf(probes: TaskProbes, texts: readonly string[]): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const [index, text] of texts.entries()) {
    const met = probes.task.asks
      .filter((ask) => probes.has(ask.id) && probes.code(ask.id, text).code === 1)
      .reduce((sum, ask) => sum + ask.weight, 0);
    if (met > most) [best, most] = [index, met];
  }
  return best;
}
