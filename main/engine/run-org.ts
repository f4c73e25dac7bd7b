/** Owns starting a run of a design on a brief, in whichever mode and schedule. */
import { OrgRun } from "#main/engine/org-run.ts";
import { playEager } from "#main/engine/play-eager.ts";
import { playRounds } from "#main/engine/play-rounds.ts";
import { playBestOf, playBudget } from "#main/engine/play-solo.ts";
import type { RunInput, RunPorts, RunResult } from "#main/engine/run.ts";

/** Runs a design that has no errors (see `orgProblems`). Expected ends are values; only bugs reject. */
export async function runOrg(input: RunInput, ports: RunPorts): Promise<RunResult> {
  const run = new OrgRun(input, ports);
  try {
    run.begin();
    if (input.mode.kind === "budget") return await playBudget(run, input.mode.outputTokens);
    if (input.mode.kind === "best-of") return await playBestOf(run, input.mode);
    return await (input.org.schedule === "eager" && input.mode.kind === "org" ? playEager(run) : playRounds(run));
  } catch (error) {
    if (ports.signal.aborted) return { outcome: "stopped" };
    throw error;
  } finally {
    run.close();
  }
}
