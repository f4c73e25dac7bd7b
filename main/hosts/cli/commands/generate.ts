/** Owns `driftlab generate`: an org of a family as a file, and the figures of its structure. */
import { checkFamily, generateOrg } from "#shared/org/families.ts";
import { type FamilyStats, familyStats } from "#shared/org/family-stats.ts";
import { orgFileText } from "#shared/org/load.ts";
import { problemsAsLine } from "#shared/problem.ts";
import { BadInput, EXIT } from "#main/hosts/cli/exit.ts";
import { writeOut } from "#main/hosts/cli/write-out.ts";

export const GENERATE_DEFAULTS = { size: "7", seed: "1" };

/** Writes the org to `--out` or stdout; the figures go to stderr, so that stdout is the file and nothing else. */
export function generateCommand(family: string, flags: { size: string; seed: string; out?: string }): number {
  const spec = checkFamily({ family, size: flags.size, seed: flags.seed });
  if (!spec.ok) throw new BadInput(problemsAsLine(spec.problems));
  const org = generateOrg(spec.value);
  const text = orgFileText(org);
  if (flags.out === undefined) process.stdout.write(text);
  else writeOut(flags.out, text);
  process.stderr.write(`${statsLine(org.name, familyStats(org))}\n`);
  return EXIT.done;
}

function statsLine(name: string, { depth, density, levels }: FamilyStats): string {
  return `${name}: depth ${depth} · density ${density.toFixed(2)} · agents per level ${levels.join(", ")}`;
}
