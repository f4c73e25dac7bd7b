/** Owns reading a number as a person types it into a field, and what is said where it is none. Pure. */

export interface NumberRule {
  min: number;
  max: number;
  whole: boolean;
  /** Whether the field may be empty, which is then no number at all. */
  optional?: boolean;
}

export type Typed = { ok: true; value: number | null } | { ok: false; why: string };

/** Takes `2000`, `2,000`, `$2.50` and `40 %`; nothing is guessed of what is not a number, such as `1e3`. */
export function readTyped(text: string, rule: NumberRule): Typed {
  const bare = text.trim().replace(/^\$\s*|\s*%$/g, "");
  if (bare === "" && rule.optional) return { ok: true, value: null };
  const grouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? bare.replaceAll(",", "") : bare;
  const value = /^(\d+(\.\d*)?|\.\d+)$/.test(grouped) ? Number(grouped) : Number.NaN;
  const fits = value >= rule.min && value <= rule.max && (!rule.whole || Number.isSafeInteger(value));
  return fits ? { ok: true, value } : { ok: false, why: wanted(rule) };
}

/** `A whole number from 1 to 10,000.` */
export function wanted({ min, max, whole, optional }: NumberRule): string {
  const upTo = max < Number.MAX_SAFE_INTEGER ? ` to ${shownNumber(max)}` : "";
  return `${whole ? "A whole number" : "A number"} from ${shownNumber(min)}${upTo}${optional ? ", or nothing" : ""}.`;
}

/** As it stands in a field that is not being typed in: `2,000`. */
export function shownNumber(value: number | null): string {
  return value === null ? "" : value.toLocaleString("en-US", { maximumFractionDigits: 10 });
}

/** One step up or down, as the arrow keys do, within the bounds. */
export function stepped(value: number | null, by: number, { min, max }: NumberRule): number {
  const next = Number(((value ?? min) + by).toFixed(10));
  return Math.min(max, Math.max(min, next));
}
