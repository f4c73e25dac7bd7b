/** Owns effect studies (M5, M6): which handoffs are branched, running the branches, and what came of it. */
import type { EffectStudy } from "#shared/drift/effect.ts";
import type { StudyCheckpoint, StudyPlan } from "#shared/drift/study.ts";
import { errorProblem, type Problem } from "#shared/problem.ts";
import type { ChangeKind } from "#shared/run/events.ts";
import { hashJson } from "#main/exchange/hash.ts";
import { drawCheckpoints } from "#main/measure/effect/draw-checkpoints.ts";
import type { Checkpoint, Draw, Side } from "#main/measure/effect/effect-estimate.ts";
import { effectStudy, type StudiedEdge } from "#main/measure/effect/effect-study.ts";
import type { Gaps } from "#main/measure/effect/family.ts";
import { scoreOfOutput, type SwayRow } from "#main/measure/effect/sway.ts";
import { changesOf } from "#main/measure/repair/change.ts";
import { repairMessage } from "#main/measure/repair/repair-message.ts";
import { mean } from "#main/measure/stats/moments.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { dice } from "#main/models/simulated/dice.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";
import type { HandoffResultRow } from "#main/store/results.ts";
import type { RunRow } from "#main/store/runs.ts";
import type { Store } from "#main/store/store.ts";
import type { StudyRow } from "#main/store/studies.ts";
import { branchId, type BranchOrder, runBranch } from "#main/lab/branch.ts";
import { reportOf } from "#main/lab/report.ts";
import type { RunEnd, Runner, StartOptions } from "#main/lab/runner.ts";

export interface StudyChoice {
  experimentId: string;
  armId: string;
  /** Null takes the edge that loses most in the runs that are not branched. */
  edges: readonly string[] | null;
  checkpointsPerTask: number;
  drawsPerSide: number;
  seed: number;
}

type Refused = { ok: false; problems: Problem[] };
export type Studied = { ok: true; study: StudyRow } | Refused;

/** Locks a study: the same choice on the same runs is the same study. */
export function planStudy(store: Store, choice: StudyChoice, nowMs: number): Studied {
  const drafted = draftStudy(store, choice);
  if (!drafted.ok) return drafted;
  const { row, plan } = drafted;
  const id = `study_${hashJson([row.id, choice.armId, plan]).slice(0, 16)}`;
  store.studies.create({ id, experimentId: row.id, armId: choice.armId, plan, createdAtMs: nowMs });
  return { ok: true, study: store.studies.get(id) as StudyRow };
}

/** What would be locked: which handoffs are drawn, and in which forms they are run. */
export function draftStudy(store: Store, choice: StudyChoice): { ok: true; row: ExperimentRow; plan: StudyPlan } | Refused {
  const row = store.experiments.get(choice.experimentId);
  const design = row ? designOf(store, row, choice.armId) : null;
  const refuse = (code: string, sentence: string): Refused => ({ ok: false, problems: [errorProblem(code, sentence)] });
  if (!row || !design) return refuse("no-such-arm", "There is no such org in this experiment; choose one of its orgs.");
  if (row.plan.repeats < 2)
    return refuse(
      "one-repeat",
      "An effect needs at least 2 repeats of each task: the runs of one half choose the edge, those of the other are branched. Run the experiment again with more repeats.",
    );
  const handoffs = store.results.handoffs(row.id, { armId: choice.armId });
  if (handoffs.length === 0) return refuse("no-handoffs", "No finished run of this org has a handoff yet; run the experiment first.");
  // The runs that show an edge to be bad must not also say how bad: odd repeats choose, even ones are branched.
  const branched = handoffs.filter((each) => each.repeat % 2 === 0);
  const edges = choice.edges?.map((edgeId) => ({ edgeId, selected: false })) ?? topEdge(handoffs.filter((each) => each.repeat % 2 === 1));
  const unknown = edges.filter(({ edgeId }) => !design.handoffs.some((each) => each.id === edgeId));
  if (unknown.length > 0)
    return refuse("no-such-edge", `There is no handoff ${unknown.map((each) => each.edgeId).join(", ")} in this org.`);
  if (edges.length === 0)
    return refuse("no-loss", "No handoff of this org lost anything that could be measured, so there is nothing to repair.");
  const probes = probesOf(store, row);
  const checkpoints = edges.flatMap(({ edgeId }) =>
    drawCheckpoints({
      handoffs: branched.filter((each) => each.edgeId === edgeId).map((each) => ({ ...each, handoffId: each.id })),
      perTask: choice.checkpointsPerTask,
      seed: choice.seed,
    }).checkpoints.map((drawn) => checkpointOf(store, probes, branched, edgeId, drawn)),
  );
  const plan: StudyPlan = {
    edges,
    checkpointsPerTask: choice.checkpointsPerTask,
    drawsPerSide: choice.drawsPerSide,
    seed: choice.seed,
    fromRepeats: [...new Set(branched.map((each) => each.repeat))].sort((a, b) => a - b),
    checkpoints,
  };
  return { ok: true, row, plan };
}

/** Edges that lost anything in fewer tasks are in no ranking (M16). */
const LEAST_TASKS = 5;

/** The edge with the largest mean loss over tasks, of those that could be measured in enough of them; none where nothing was lost. */
function topEdge(handoffs: readonly HandoffResultRow[]): { edgeId: string; selected: boolean }[] {
  const edges = [...new Set(handoffs.map((each) => each.edgeId))].sort();
  const enough = Math.min(LEAST_TASKS, new Set(handoffs.map((each) => each.taskId)).size);
  let top: { edgeId: string; loss: number } | null = null;
  for (const edgeId of edges) {
    const lossy = handoffs.filter((each) => each.edgeId === edgeId && each.loss !== null);
    const tasks = [...new Set(lossy.map((each) => each.taskId))];
    if (tasks.length < enough) continue;
    const loss = mean(tasks.map((task) => mean(lossy.filter((each) => each.taskId === task).map((each) => each.loss ?? 0)) ?? 0)) ?? 0;
    if (loss > (top?.loss ?? 0)) top = { edgeId, loss };
  }
  return top ? [{ edgeId: top.edgeId, selected: true }] : [];
}

function checkpointOf(
  store: Store,
  probes: ReadonlyMap<string, TaskProbes>,
  handoffs: readonly HandoffResultRow[],
  edgeId: string,
  drawn: { runId: string; taskId: string; handoffId: string; lossy: boolean },
): StudyCheckpoint {
  const { runId, taskId, handoffId, lossy } = drawn;
  const none = { edgeId, runId, taskId, handoffId, lossy, sides: null, put: [] };
  const message = handoffs.find((each) => each.runId === runId && each.id === handoffId);
  const taskProbes = probes.get(taskId);
  if (!lossy || !message || !taskProbes) return { ...none, why: null };
  const input = {
    handoffId: `${runId}/${handoffId}`,
    written: message.written,
    codes: store.results.codes(runId, handoffId),
    probes: taskProbes,
  };
  const repaired = repairMessage(input);
  const changes = changesOf(input);
  if ("why" in repaired) return { ...none, why: repaired.why };
  if ("why" in changes) return { ...none, why: changes.why };
  return {
    ...none,
    sides: { repaired: changes.repaired.written ?? "", sham: changes.sham.written ?? "", asSent: message.written },
    put: repaired.put,
    why: null,
  };
}

const SIDES: { side: Side; kind: ChangeKind }[] = [
  { side: "repaired", kind: "repaired" },
  { side: "sham", kind: "sham" },
  { side: "asSent", kind: "as-sent" },
];

/** Every branch of a study, draws outermost, so that what is done early is spread over all checkpoints and sides alike. */
export function studyOrders(study: Pick<StudyRow, "id" | "plan">): BranchOrder[] {
  const { checkpoints, drawsPerSide } = study.plan;
  const orders: BranchOrder[] = [];
  for (let draw = 1; draw <= drawsPerSide; draw += 1)
    for (const checkpoint of checkpoints)
      for (const side of SIDES) if (checkpoint.sides) orders.push(orderOf(study.id, checkpoint, side, draw));
  return orders;
}

function orderOf(studyId: string, checkpoint: StudyCheckpoint, { side, kind }: (typeof SIDES)[number], draw: number): BranchOrder {
  const written = checkpoint.sides?.[side] ?? null;
  return { parentRunId: checkpoint.runId, handoffId: checkpoint.handoffId, change: { kind, written }, draw, studyId };
}

/** Runs what is missing of a study; stoppable by its id, and gone on with by the same call. */
export function runStudy(runner: Runner, store: Store, study: StudyRow, options: StartOptions): Promise<RunEnd> {
  const work = { name: study.id, experimentId: study.experimentId, spender: { study: study.id } };
  return runner.work(work, options, (parts) => {
    const design = designOf(store, parts.row, study.armId);
    if (!design) throw new Error(`the design of study ${study.id} is not in the store`);
    return studyOrders(study).map((order) => async () => {
      if (parts.signal.aborted) return;
      await runBranch({ ...parts, store, design }, order);
      options.onChange?.();
    });
  });
}

/** How far a study is. */
export function studyProgress(store: Store, study: StudyRow): { done: number; failed: number; total: number } {
  const rows = store.runs.ofStudy(study.id);
  return {
    done: rows.filter((row) => row.status !== null).length,
    failed: rows.filter((row) => row.status === null && row.endedAtMs !== null).length,
    total: studyOrders(study).length,
  };
}

/** What came of a study so far. The same branches give the same result, byte for byte. */
export function studyResult(store: Store, study: StudyRow): EffectStudy {
  const row = store.experiments.get(study.experimentId);
  if (!row) throw new Error(`the experiment of study ${study.id} is not in the store`);
  const design = designOf(store, row, study.armId);
  const nameOf = (id: string | undefined) => design?.agents.find((agent) => agent.id === id)?.name ?? "?";
  const probes = probesOf(store, row);
  const runs = new Map(store.runs.ofStudy(study.id).map((run) => [run.id, run]));
  const suite = store.orgs.suite(row.suiteHash);
  const { plan } = study;
  return effectStudy({
    study: {
      id: study.id,
      experimentId: row.id,
      planHash: row.planHash,
      arm: study.armId,
      seed: plan.seed,
      checkpointsPerTask: plan.checkpointsPerTask,
      drawsPerSide: plan.drawsPerSide,
    },
    simulated: row.plan.connection.kind === "simulated",
    clusterOf: new Map((suite?.tasks ?? []).map((task) => [task.id, task.twinOf ?? task.id])),
    dice: () => {
      let rolls = 0;
      return () => {
        rolls += 1;
        return dice(plan.seed, "effect", rolls);
      };
    },
    gaps: gapsOf(store, row, study.armId),
    edges: plan.edges.map(({ edgeId, selected }): StudiedEdge => {
      const checkpoints = plan.checkpoints.filter((each) => each.edgeId === edgeId);
      const handoff = design?.handoffs.find((each) => each.id === edgeId);
      return {
        edgeId,
        direction: `${nameOf(handoff?.source)} → ${nameOf(handoff?.target)}`,
        selected,
        checkpoints: isWaiting(study, checkpoints, runs) ? null : checkpoints.map((each) => scoredCheckpoint(study, each, runs)),
        swayRows: checkpoints.flatMap((each) => swayRows(store, study, each, runs, probes)),
      };
    }),
  });
}

/** M21: before the first handoff has run both repaired and as sham, those that lost nothing would make a 0 by themselves. */
function isWaiting(study: StudyRow, checkpoints: readonly StudyCheckpoint[], runs: ReadonlyMap<string, RunRow>): boolean {
  const wanted = checkpoints.filter((each) => each.sides !== null);
  const isPair = (checkpoint: StudyCheckpoint) =>
    SIDES.filter(({ side }) => side !== "asSent").every((side) => branchesOf(study, checkpoint, side, runs).length > 0);
  return wanted.length > 0 && !wanted.some(isPair);
}

function scoredCheckpoint(study: StudyRow, checkpoint: StudyCheckpoint, runs: ReadonlyMap<string, RunRow>): Checkpoint {
  const { taskId, handoffId, runId, lossy } = checkpoint;
  const scores = Object.fromEntries(
    SIDES.map((side) => [side.side, branchesOf(study, checkpoint, side, runs).map(({ run }) => drawOf(run))]),
  ) as Record<Side, Draw[]>;
  return { taskId, handoffId, runId, lossy, scores };
}

/** The branches of one side of a checkpoint that have ended. */
function branchesOf(study: StudyRow, checkpoint: StudyCheckpoint, side: (typeof SIDES)[number], runs: ReadonlyMap<string, RunRow>) {
  if (!checkpoint.sides) return [];
  return Array.from({ length: study.plan.drawsPerSide }, (_, index) => index + 1).flatMap((draw) => {
    const run = runs.get(branchId(orderOf(study.id, checkpoint, side, draw)));
    return run && run.endedAtMs !== null ? [{ run, draw }] : [];
  });
}

function drawOf(run: RunRow): Draw {
  return { status: run.status ?? "failed", alignment: run.retention, effectiveness: run.asksMet };
}

/** M5 from the same branches: what the receiver wrote next, in the turn in which it was shown the message. */
function swayRows(
  store: Store,
  study: StudyRow,
  checkpoint: StudyCheckpoint,
  runs: ReadonlyMap<string, RunRow>,
  probes: ReadonlyMap<string, TaskProbes>,
): SwayRow[] {
  const taskProbes = probes.get(checkpoint.taskId);
  if (!taskProbes || checkpoint.put.length === 0) return [];
  return (["repaired", "sham"] as const).flatMap((arm) =>
    branchesOf(study, checkpoint, { side: arm, kind: arm }, runs).map(({ run, draw }) => ({
      taskId: checkpoint.taskId,
      handoffId: `${checkpoint.runId}/${checkpoint.handoffId}`,
      arm,
      draw,
      score: scoreOfOutput(taskProbes, checkpoint.put, nextOutput(store, run.id, checkpoint.handoffId)).score,
    })),
  );
}

function nextOutput(store: Store, runId: string, handoffId: string): string[] {
  const events = store.runs.ownEvents(runId).map((each) => each.event);
  const shown = events.find((event) => event.type === "handoff-shown" && event.id === handoffId);
  if (shown?.type !== "handoff-shown") return [];
  // A turn's calls share their id up to the number of the call.
  const turn = shown.callId.replace(/\.c\d+$/, ".c");
  return events.flatMap((event) => {
    if (event.type === "message-sent" && event.callId.startsWith(turn)) return [event.written];
    return event.type === "deliverable-submitted" && event.callId.startsWith(turn) ? [event.text] : [];
  });
}

function gapsOf(store: Store, row: ExperimentRow, armId: string): Gaps {
  const { comparisons } = reportOf(store, row);
  const gap = (endpoint: "alignment" | "effectiveness") => {
    const found = comparisons.find((each) => each.org === armId && each.endpoint === endpoint);
    return { mean: found?.estimate ?? null, reason: found ? found.reason : ("no-runs" as const) };
  };
  return { alignment: gap("alignment"), effectiveness: gap("effectiveness") };
}

function designOf(store: Store, row: ExperimentRow, armId: string) {
  const arm = row.plan.arms.find((each) => each.id === armId && each.kind === "org");
  return arm ? store.orgs.version(arm.orgHash) : null;
}

function probesOf(store: Store, row: ExperimentRow): Map<string, TaskProbes> {
  return new Map((store.orgs.suite(row.suiteHash)?.tasks ?? []).map((task) => [task.id, new TaskProbes(task)]));
}
