/** Owns the codes of a handoff made for tests: what its writer held and what its text says, as measuring a run would give them. */
import type { ConstraintCode } from "#shared/drift/run-measure.ts";
import { verdictOf } from "#main/measure/loss.ts";
import type { TaskProbes } from "#main/measure/task-probes.ts";

export interface Standing {
  /** 0, 0.5 or 1; default 1. */
  held?: number;
  receiverHeld?: number;
  told?: boolean;
  inScope?: boolean;
}

/** One code per constraint of the task; what is not said of a constraint: held in full, new to the receiver, in scope. */
export function codesOf(probes: TaskProbes, written: string, standings: Record<string, Standing> = {}): ConstraintCode[] {
  return probes.task.ledger.map(({ id, weight }) => {
    const { held = 1, receiverHeld = 0, told = false, inScope = true } = standings[id] ?? {};
    const coded = probes.has(id) ? probes.code(id, written) : null;
    const verdict = verdictOf({ weight, code: coded?.code ?? null, held, told, receiverHeld, inScope });
    return {
      constraintId: id,
      held: coded && held,
      receiverHeld: coded && receiverHeld,
      code: coded?.code ?? null,
      verdict,
      spans: coded?.spans ?? [],
    };
  });
}
