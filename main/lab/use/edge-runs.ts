/** Owns the use case behind an edge's figure: its runs, worst first, with what the edge did to every constraint, and the messages. */
import type { Verdict } from "#shared/drift/types.ts";
import type { CodeView, EdgeCodeView, EdgeRunPage, HandoffView } from "#shared/rpc/drift-types.ts";
import type { Constraint, Task } from "#shared/task/schema.ts";
import type { Lab } from "#main/lab/lab.ts";
import { codeViews, suiteOf, taskOf } from "#main/lab/use/drift.ts";
import { type Carried, lostBy, standingOf, verdictOf } from "#main/measure/loss.ts";
import { takeTogether } from "#main/measure/take-together.ts";
import type { EdgeRunRow } from "#main/store/edge-runs.ts";
import type { HandoffResultRow } from "#main/store/results.ts";

/** The runs in which an edge fired, the one that lost most first. */
export function edgeRunPage(
  lab: Lab,
  input: { id: string; armId: string; edgeId: string; offset: number; limit: number },
): EdgeRunPage | null {
  const suite = suiteOf(lab, input.id);
  if (!suite) return null;
  const { edgeRuns } = lab.store;
  return {
    total: edgeRuns.count(input.id, input.armId, input.edgeId),
    offset: input.offset,
    runs: edgeRuns.runs(input.id, input).map((run) => {
      const task = taskOf(suite, run.taskId);
      const messages = edgeRuns.messages(run.runId, input.edgeId).map((row) => messageView(lab, task, row));
      return {
        ...placeOf(task, run),
        loss: run.loss,
        reason: run.reason,
        introduced: run.introduced,
        codes: edgeCodes(task, messages),
        messages,
      };
    }),
  };
}

function placeOf(task: Task | undefined, { runId, taskId, repeat }: Pick<EdgeRunRow, "runId" | "taskId" | "repeat">) {
  return { runId, taskId, taskTitle: task?.title ?? taskId, repeat };
}

function messageView(lab: Lab, task: Task | undefined, row: HandoffResultRow): HandoffView {
  const { id, round, written, shown, loss, reason } = row;
  return { ...placeOf(task, row), id, round, written, shown, loss, reason, codes: codeViews(task, lab.store.results.codes(row.runId, id)) };
}

/** What the edge did to each constraint in one run, over all its messages (M2a), in the ledger's order. */
function edgeCodes(task: Task | undefined, messages: readonly HandoffView[]): EdgeCodeView[] {
  const rows = (task?.ledger ?? []).flatMap((constraint) => {
    const codes = messages.flatMap((message) => message.codes.find((each) => each.constraintId === constraint.id) ?? []);
    return codes.length === 0 ? [] : [{ constraint, carried: carriedOf(constraint, codes) }];
  });
  const lost = lostBy(rows.map((each) => each.carried));
  return rows.map(({ constraint, carried }, at) => ({
    constraintId: constraint.id,
    text: constraint.text,
    kind: constraint.kind,
    verdict: verdictOf(carried),
    standing: standingOf(carried),
    lost: lost[at] ?? null,
  }));
}

/** From what the store keeps of each message; whether a contradiction was passed on is in its verdict. */
function carriedOf(
  { weight }: Pick<Constraint, "weight">,
  codes: readonly (Pick<CodeView, "code" | "held" | "receiverHeld"> & { verdict: Verdict })[],
): Carried {
  const said = codes.map(({ code, held, receiverHeld, verdict }) => ({
    code,
    held: held ?? 0,
    told: verdict === "inherited",
    receiverHeld: receiverHeld ?? 0,
  }));
  return takeTogether(said, { weight, inScope: codes.every((each) => each.verdict !== "not in scope") });
}
