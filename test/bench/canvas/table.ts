/** Owns the bench's tables, in Markdown, so that docs/benchmarks.md holds what was printed. Pure. */
import type { FrameTimes, Redrawn } from "#test/bench/canvas/figures.ts";
import type { Gesture } from "#test/bench/canvas/gestures.ts";
import type { Typed } from "#test/bench/canvas/typing.ts";

export interface GestureResult {
  gesture: Gesture;
  app: FrameTimes;
  bare: FrameTimes;
  /** Median over median, round by round: how far the ratio can be trusted. */
  byRound: number[];
  redrawn: { app: Redrawn; bare: Redrawn };
}

export interface SizeResult {
  agents: number;
  handoffs: number;
  gestures: GestureResult[];
}

export interface Result {
  chromium: string;
  rounds: number;
  sizes: SizeResult[];
  typing: Typed[];
}

/** Most that a frame of the app may cost, in frames of bare React Flow, from this many agents on. */
const GOAL = 1.3;
const GOAL_FROM = 200;
/** Most that a task may take while somebody types, in milliseconds. */
const LONGEST_TASK_MS = 50;

/** All that the bench has to say, line by line. */
export function printed(result: Result): string[] {
  return [
    `Chromium ${result.chromium}, drawing in software, no limit of frames; ${result.rounds} rounds after one to warm up.`,
    "",
    "| agents, handoffs | gesture | median ms, app / bare | ratio (by round) | p95 ms, app / bare | ratio | processor ms, app / bare | ratio | longest task ms, app / bare | ≤ 1.3 |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...result.sizes.flatMap((size) => size.gestures.map((each) => timesRow(size, each))),
    "",
    "| agents, handoffs | gesture | commits, app / bare | most agents in one, app / bare | most handoffs in one, app / bare | needless agents, handoffs in the app |",
    "|---|---|---|---|---|---|",
    ...result.sizes.flatMap((size) => size.gestures.map((each) => drawnRow(size, each))),
    "",
    ...result.typing.map(typedLine),
  ];
}

function timesRow(size: SizeResult, { gesture, app, bare, byRound }: GestureResult): string {
  const ratio = app.median / bare.median;
  const worst = app.p95 / bare.p95;
  const goal = size.agents < GOAL_FROM ? "" : Math.max(ratio, worst) <= GOAL ? "met" : ratio <= GOAL ? "median only" : "missed";
  return row([
    `${size.agents}, ${size.handoffs}`,
    gesture,
    `${app.median.toFixed(1)} / ${bare.median.toFixed(1)}`,
    `**${ratio.toFixed(2)}** (${Math.min(...byRound).toFixed(2)}–${Math.max(...byRound).toFixed(2)})`,
    `${app.p95.toFixed(1)} / ${bare.p95.toFixed(1)}`,
    worst.toFixed(2),
    `${app.processor.toFixed(1)} / ${bare.processor.toFixed(1)}`,
    (app.processor / bare.processor).toFixed(2),
    `${app.longestTask.toFixed(0)} / ${bare.longestTask.toFixed(0)}`,
    goal,
  ]);
}

function drawnRow(size: SizeResult, { gesture, redrawn: { app, bare } }: GestureResult): string {
  return row([
    `${size.agents}, ${size.handoffs}`,
    gesture,
    `${app.commits} / ${bare.commits}`,
    `${app.mostNodes} / ${bare.mostNodes}`,
    `${app.mostEdges} / ${bare.mostEdges}`,
    `${app.needlessNodes}, ${app.needlessEdges}`,
  ]);
}

function typedLine({ characters, longTasks, processorPerKey }: Typed, round: number): string {
  const over = longTasks.filter((ms) => ms > LONGEST_TASK_MS);
  const said = over.length === 0 ? "met" : `missed: ${over.length}, the longest ${Math.max(...over)} ms`;
  return `Typing ${characters} characters, round ${round + 1}: no task over ${LONGEST_TASK_MS} ms: ${said}; ${processorPerKey.toFixed(1)} ms of the main thread a key.`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
