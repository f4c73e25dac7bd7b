/** Owns how figures and codes are put into words, alike in every place. Pure. */
import type { Badge, Estimate, Interval, Reason } from "#shared/drift/types.ts";

/** `.40`, `−1.20`: two digits, the leading zero left out, a true minus. */
export function figure(value: number | null): string {
  if (value === null) return "–";
  const rounded = value.toFixed(2);
  const text = Number(rounded) === 0 ? "0.00" : rounded;
  return text.replace(/^(-?)0\./, "$1.").replace("-", "−");
}

/** With a sign in front, for differences. */
export function signed(value: number | null): string {
  return value !== null && Number(value.toFixed(2)) > 0 ? `+${figure(value)}` : figure(value);
}

/** `[.30, .50]`, `at most .31`, `at least .69`, or the reason why there is none. */
export function intervalText({ interval, reason }: Pick<Estimate, "interval" | "reason">): string {
  if (!interval) return reason ? REASON_WORDS[reason] : "no interval";
  const { low, high, oneSided } = interval;
  if (oneSided === "at-most") return `at most ${figure(high)}`;
  return oneSided === "at-least" ? `at least ${figure(low)}` : `[${figure(low)}, ${figure(high)}]`;
}

/** M16: what the one end of a one-sided interval says, and what not; empty for any other interval. `of` names the runs that are spoken of. */
export function noneSeenWords(interval: Interval | null, of = "runs"): string {
  if (!interval?.oneSided) return "";
  const share = interval.oneSided === "at-most" ? interval.high : 1 - interval.low;
  return `None seen; at most ${Math.round(share * 100)} % of ${of} lose anything. That bounds how many, not how much: a single loss may exceed 1.`;
}

export const REASON_WORDS: Record<Reason, string> = {
  "nothing-to-lose": "nothing to lose",
  "nothing-to-carry": "nothing to carry",
  "too-few": "too few",
  "no-variance": "no variance",
  refused: "refused",
  incomplete: "incomplete",
  failed: "failed",
  void: "void",
  "no-probe": "no probe",
  "unknown-price": "price unknown",
  "no-usage": "tokens not told",
  "not-fired": "never fired",
  "no-runs": "no runs yet",
};

export const BADGE_WORDS: Record<Badge, string> = {
  observed: "Measured on real answers; what caused it is not shown.",
  interventional: "Measured by changing one message and running the rest again.",
  simulated:
    "Made by the simulated population: it proves plumbing and arithmetic, not that a probe understands people. Simulated agents do not react to wording.",
};

/** `12,345` for people. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `12 output tokens`, or that it is not known how many. */
export function tokens(value: number | null, one: string): string {
  return value === null ? `${one}s not told` : plural(value, one);
}

/** `3 cells`, `1 cell`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `8 tasks, 38 runs · few`: what stands behind a figure, and what to mind. */
export function countWords({ tasks, runs, flags }: { tasks: number; runs?: number | undefined; flags: readonly string[] }): string {
  const behind = [plural(tasks, "task"), ...(runs === undefined ? [] : [plural(runs, "run")])].join(", ");
  return [behind, ...flags.map((flag) => (flag === "few-tasks" ? "few" : flag))].join(" · ");
}

/** When something was started, short: `23 Nov, 14:05`. */
export function timeOf(atMs: number): string {
  return new Date(atMs).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** `$0.00`, `<$0.01` for what is there and less than a cent, or that the cost is unknown. */
export function dollars(value: number | null): string {
  if (value === null) return "cost unknown";
  return value > 0 && value < 0.01 ? "<$0.01" : `$${value.toFixed(2)}`;
}
