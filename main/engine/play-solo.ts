/** Owns the solo baselines that take more than one call: budget-matched and best-of-n (M12). */
import { engineBlock } from "#main/engine/prompts.ts";
import type { RunMode } from "#main/engine/mode.ts";
import { hardLimitOf, isRefusal, type OrgRun } from "#main/engine/org-run.ts";
import type { RunResult } from "#main/engine/run.ts";
import type { RunningAgent } from "#main/engine/agent.ts";
import type { Effect, TurnEnd } from "#main/engine/turn.ts";

/** Less than this is no room for an answer worth having, in tokens. */
const LEAST_ANSWER = 256;
/** Who submits nothing so often in a row has nothing to add. */
const IDLE_TURNS = 3;

/** One agent goes on, turn after turn, until it has spent its budget of output tokens, frozen beforehand. */
export async function playBudget(run: OrgRun, outputTokens: number): Promise<RunResult> {
  const [running] = run.agents;
  if (!running) return run.end("incomplete", "no-deliverable");
  let idle = 0;
  for (let round = 1; ; round += 1) {
    run.ports.signal.throwIfAborted();
    const left = outputTokens - running.outputTokens;
    if (round > 1 && left < LEAST_ANSWER) return run.finish("budget-spent", round);
    if (idle >= IDLE_TURNS) return run.finish("delivered", round);
    run.ports.emit({ type: "round-started", round, agents: [running.agent.id] });
    const end = await run.turnWith(running, {
      blocks: [round === 1 ? engineBlock("start") : engineBlock("budgetGoOn", { left: String(left) })],
      mail: [],
      round,
      last: false,
      // Until something was submitted, what is written is the result.
      plainTextDelivers: run.deliverables.size === 0,
      mostOutputTokens: () => roomFor(outputTokens - running.outputTokens, running.outputTokens === 0),
    });
    if (end.end === "failed") return { outcome: "failed", failure: end.failure };
    run.apply(running, [], [], end, round);
    if (isRefusal(end)) return run.deliverables.size > 0 ? run.finish("delivered", round) : run.end("refused", "deliverer-refused");
    const limit = hardLimitOf(end);
    if (limit) return run.finish(limit, round);
    idle = end.effects.length > 0 ? 0 : idle + 1;
  }
}

/** How long the next answer may be: a first one is always let through, short as the budget may be. */
function roomFor(left: number, isFirst: boolean): number | null {
  return left >= LEAST_ANSWER || isFirst ? Math.max(LEAST_ANSWER, left) : null;
}

/** So many one-shots at once; the one that is chosen is handed back, all are kept. */
export async function playBestOf(run: OrgRun, mode: Extract<RunMode, { kind: "best-of" }>): Promise<RunResult> {
  const [first] = run.agents;
  if (!first) return run.end("incomplete", "no-deliverable");
  run.ports.emit({ type: "round-started", round: 1, agents: [first.agent.id] });
  const draws = Array.from({ length: mode.draws }, (_, index) => {
    const running = run.newAgent(first.agent);
    running.turns = index;
    return running;
  });
  const settled = await Promise.allSettled(draws.map((running) => draw(run, running)));
  const failed = settled.flatMap((each) => (each.status === "fulfilled" && each.value.end === "failed" ? [each.value] : []))[0];
  if (failed) return { outcome: "failed", failure: failed.failure };
  const ends = settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  const drafts: { version: number; text: string }[] = [];
  ends.forEach((end, index) => {
    if (end.end === "failed") return;
    const submitted = end.effects.filter((effect): effect is Extract<Effect, { kind: "submit" }> => effect.kind === "submit").at(-1);
    if (!submitted) return;
    run.submit(draws[index] as RunningAgent, submitted);
    drafts.push({ version: drafts.length + 1, text: submitted.text });
  });
  if (drafts.length === 0) {
    const limit = ends.map(hardLimitOf).find((each) => each !== null);
    return ends.some(isRefusal) ? run.end("refused", "deliverer-refused") : run.finish(limit ?? "no-deliverable", 1);
  }
  // Played from its record, a run hands back what it handed back.
  const recorded = run.ports.record?.next();
  const at = recorded?.type === "deliverable-chosen" ? recorded.version - 1 : mode.choose(drafts.map((each) => each.text));
  const chosen = drafts[at] ?? (drafts[0] as (typeof drafts)[number]);
  run.ports.emit({ type: "deliverable-chosen", version: chosen.version, of: drafts.length });
  return run.end("complete", "delivered", chosen.text);
}

async function draw(run: OrgRun, running: RunningAgent): Promise<TurnEnd> {
  const end = await run.turn(running, [], 1);
  if (end.end === "failed") run.callOff();
  return end;
}
