/** Owns the comparison of when two arms ran: cells are interleaved, so arms that ran apart met another server (M13). */
import type { ArmFacts, Severity } from "#shared/drift/confounds.ts";
import type { ConnectionSpec } from "#shared/run/connection.ts";
import { type ArmPair, type Finding, named } from "#main/measure/confounds/pairs.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A day between two arms: what stands behind a model's name may have been changed. */
export const GAP_HIGH_MS = DAY_MS;
/** An hour: another load on the server. Less is shown only where an arm has several runs, since two single runs cannot overlap. */
export const GAP_MEDIUM_MS = HOUR_MS;
/** Interleaved arms share nearly all of their time; sharing less than half, most of one arm ran without the other. */
export const LITTLE_OVERLAP = 0.5;

/** Null where the arms ran side by side, where one has not run, and for the simulated population, whose dice know no time. */
export function timeFinding(pair: ArmPair, a: ArmFacts, b: ArmFacts, connection: ConnectionSpec["kind"]): Finding | null {
  if (connection === "simulated") return null;
  if (a.startedAtMs === null || a.endedAtMs === null || b.startedAtMs === null || b.endedAtMs === null) return null;
  // Negative where the arms overlap.
  const gapMs = Math.max(a.startedAtMs, b.startedAtMs) - Math.min(a.endedAtMs, b.endedAtMs);
  const shorterMs = Math.min(a.endedAtMs - a.startedAtMs, b.endedAtMs - b.startedAtMs);
  const apart = gapMs > 0;
  const single = a.runs.length < 2 || b.runs.length < 2;
  if (apart ? single && gapMs < GAP_MEDIUM_MS : -gapMs >= LITTLE_OVERLAP * shorterMs) return null;
  const severity: Severity = apart && gapMs >= GAP_HIGH_MS ? "high" : apart && gapMs >= GAP_MEDIUM_MS ? "medium" : "low";
  const zeroMs = Math.min(a.startedAtMs, b.startedAtMs);
  const words = (fromMs: number, toMs: number) => `${span(fromMs - zeroMs)} to ${span(toMs - zeroMs)}`;
  const [earlier, later] = a.startedAtMs <= b.startedAtMs ? [pair.a, pair.b] : [pair.b, pair.a];
  return {
    what: "time",
    class: "fixable",
    severity,
    sentence:
      (apart
        ? `${named(later)} began ${span(gapMs)} after ${named(earlier)} had ended`
        : `${named(earlier)} and ${named(later)} ran at the same time for only ${span(-gapMs)}`) +
      ": what the server did then and later cannot be told from what the arms do. Run the experiment afresh, so that their cells are interleaved.",
    details: { a: words(a.startedAtMs, a.endedAtMs), b: words(b.startedAtMs, b.endedAtMs) },
  };
}

/** A time span in the largest unit that leaves it at one or more. */
function span(ms: number): string {
  const [size, unit] = ms >= DAY_MS ? [DAY_MS, "d"] : ms >= HOUR_MS ? [HOUR_MS, "h"] : ms >= MINUTE_MS ? [MINUTE_MS, "min"] : [1_000, "s"];
  return `${Math.round((10 * ms) / size) / 10} ${unit}`;
}
