/** Owns what an effect study is said to take, in words. Pure. */
import type { StudyForecast } from "#shared/rpc/drift-types.ts";
import { count, plural } from "#renderer/ui/words.ts";

/** How many runs it takes, of how many handoffs, and why these are fewer than asked for. */
export function forecastWords(forecast: Omit<StudyForecast, "ok">, draws: number): string[] {
  const { asked, drawn, fromRepeats, nothingLost, notRepairable, runs } = forecast;
  const changed = drawn - nothingLost - notRepairable;
  const fewer: string[] = [];
  if (drawn < asked)
    fewer.push(
      `${plural(asked, "handoff")} would be asked for; ${count(drawn)} can be drawn, for only ${repeatWords(fromRepeats)} run again: the other runs show which edge is bad.`,
    );
  if (nothingLost > 0) fewer.push(`${count(nothingLost)} of them lost nothing: they count as 0 without a run.`);
  if (notRepairable > 0) fewer.push(`${count(notRepairable)} cannot be repaired and ${notRepairable === 1 ? "is" : "are"} left out.`);
  const takes =
    runs === 0
      ? "There is nothing to run."
      : `Takes ${plural(runs, "run")} of the rest: ${plural(changed, "handoff")}, each ${draws === 1 ? "once" : `${count(draws)} times`} repaired, edited without repair (sham), and as it was sent.`;
  return [takes, ...fewer];
}

function repeatWords(repeats: readonly number[]): string {
  if (repeats.length === 1) return `repeat ${repeats[0]} is`;
  const last = repeats.at(-1);
  return `repeats ${repeats.slice(0, -1).join(", ")} and ${last} are`;
}
