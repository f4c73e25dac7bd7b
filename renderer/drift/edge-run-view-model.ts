/** Owns how one run of an edge is put into words: how its loss comes about, message by message. Pure. */
import type { Standing } from "#shared/drift/types.ts";
import type { EdgeCodeView, EdgeRunView } from "#shared/rpc/drift-types.ts";
import { figure, plural, REASON_WORDS } from "#renderer/ui/words.ts";

/** `lost 2.00: 1 of 6 constraints counted here; the receiver had 4 already, 1 was contradicted before it came here`. */
export function lossWords(run: Pick<EdgeRunView, "loss" | "reason" | "codes" | "introduced">): string {
  const { loss, reason, codes, introduced } = run;
  const counted = codes.filter((each) => each.standing === "counted").length;
  const others = (["already held", "inherited", "not held", "not in scope", "no probe"] as const)
    .map((standing) => standingWords(standing, codes.filter((each) => each.standing === standing).length))
    .filter(Boolean);
  if (introduced > 0) others.push(`${plural(introduced, "contradiction")} began here beside the loss`);
  const head = loss === null ? `No loss, ${reason ? REASON_WORDS[reason] : "nothing measured"}` : `Lost ${figure(loss)}`;
  const of = `${counted} of ${plural(codes.length, "constraint")} counted here`;
  return `${head}: ${[of, others.join(", ")].filter(Boolean).join("; ")}.`;
}

function standingWords(standing: Exclude<Standing, "counted">, n: number): string {
  if (n === 0) return "";
  const was = n === 1 ? "was" : "were";
  switch (standing) {
    case "already held":
      return `the receiver had ${n} from elsewhere already`;
    case "inherited":
      return `${n} ${was} contradicted before it came here`;
    case "not held":
      return `${n} ${was} lost before it came here`;
    case "not in scope":
      return `${n} ${n === 1 ? "does" : "do"} not concern the receiver`;
    case "no probe":
      return `${n} cannot be read by a probe`;
  }
}

/** What stands behind a constraint's word: what it adds to the loss, or why it adds nothing. */
export function shareWords({ standing, lost, verdict }: Pick<EdgeCodeView, "standing" | "lost" | "verdict">): string {
  if (standing === "counted") return lost !== null && lost > 0 ? figure(lost) : "";
  return standing === "already held" && verdict !== "already known" && verdict !== "introduced" ? "had already" : "";
}

/** Whether figures as they are shown do not add up to the shown sum, so that "rounded" has to be said. */
export function isRounded(parts: readonly number[], sum: number): boolean {
  const shown = (value: number) => Math.round(Number(value.toFixed(2)) * 100);
  return parts.reduce((total, part) => total + shown(part), 0) !== shown(sum);
}
