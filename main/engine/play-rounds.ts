/** Owns the schedule `rounds`: all who have mail act at once on the state at the round's start, and effects apply after all have ended. */
import type { RunResult } from "#main/engine/run.ts";
import { hardLimitOf, isRefusal, type OrgRun, type TurnPlan } from "#main/engine/org-run.ts";
import type { Delivery } from "#main/engine/mailbox.ts";
import type { TurnEnd } from "#main/engine/turn.ts";

export async function playRounds(run: OrgRun): Promise<RunResult> {
  const { ports, input } = run;
  const most = input.org.limits.rounds ?? Infinity;
  for (let round = 1; ; round += 1) {
    ports.signal.throwIfAborted();
    if (round > most) return run.finish("round-limit", round);
    if (run.limits.outOfTime()) return run.finish("time-limit", round);
    const picked = round === 1 ? { turns: run.entries(), why: "out-of-mail" as const } : run.pick(Infinity);
    if (picked.turns.length === 0) return run.finish(picked.why, round);
    ports.emit({ type: "round-started", round, agents: picked.turns.map((each) => each.running.agent.id) });
    const played = await playRound(run, picked.turns, round);
    if (played.failed?.end === "failed") return { outcome: "failed", failure: played.failed.failure };
    run.together(() =>
      picked.turns.forEach(({ running, mail }, index) => {
        const { end, shown } = played.ends[index] as { end: TurnEnd; shown: Delivery[] };
        run.apply(running, mail, shown, end, round);
      }),
    );
    if (picked.turns.some(({ running }, index) => running.agent.delivers && isRefusal((played.ends[index] as { end: TurnEnd }).end)))
      return run.end("refused", "deliverer-refused");
    if (run.allDelivered) return run.end("complete", "delivered");
    const limit = played.ends.map((each) => hardLimitOf(each.end)).find((each) => each !== null);
    if (limit) return run.finish(limit, round);
  }
}

/** All turns of a round run at once; the first failure calls the others off. */
async function playRound(
  run: OrgRun,
  turns: readonly TurnPlan[],
  round: number,
): Promise<{ ends: { end: TurnEnd; shown: Delivery[] }[]; failed: TurnEnd | null }> {
  const deliveries = turns.map(({ mail }) => mail.map((each) => run.deliver(each)));
  let failed: TurnEnd | null = null;
  const settled = await Promise.allSettled(
    turns.map(async ({ running }, index) => {
      const shown = deliveries[index] as Delivery[];
      const end = await run.turn(running, shown, round);
      if (end.end === "failed") {
        failed ??= end;
        run.callOff();
      }
      return { end, shown };
    }),
  );
  if (failed) return { ends: [], failed };
  const ends = settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  return { ends, failed: null };
}
