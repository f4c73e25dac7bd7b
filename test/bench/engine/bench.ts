/** Owns `npm run bench:engine`: overhead per agent turn beside two peers, and many runs at once, as tables. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AtOnce } from "#test/bench/engine/at-once-worker.ts";
import { compare, type Contestant, median, type Timing } from "#test/bench/engine/compare.ts";
import { BenchStore, noOpModel, playInMemory } from "#test/bench/engine/ours.ts";
import { loadPeers, type Peers, type Player } from "#test/bench/engine/peers.ts";
import { type PlayedShape, shapes } from "#test/bench/engine/shapes.ts";

const STORED = "ours, every step stored";
const MOST_RSS = 1.5e9;

const quick = process.argv.includes("--quick");
/** `--only turns` or `--only many`: one of the two parts. */
const only = process.argv.includes("--only") ? process.argv.at(process.argv.indexOf("--only") + 1) : null;
const folder = mkdtempSync(join(tmpdir(), "driftlab-bench-"));
try {
  if (only !== "many") {
    const peers = await loadPeers();
    for (const shape of shapes()) for (const line of table(shape, await timings(shape, peers))) console.log(line);
  }
  if (only !== "turns") for (const line of manyAtOnce()) console.log(line);
} finally {
  rmSync(folder, { recursive: true });
}

/** Each contestant writes to a file of its own. */
async function timings(shape: PlayedShape, peers: Peers | null): Promise<Timing[]> {
  const model = noOpModel(shape);
  const bench = new BenchStore(join(folder, `${shape.agents.length}.db`), shape);
  const players: [string, Player][] = peers
    ? [
        ["LangGraph, nothing stored", peers.langgraph(shape, null)],
        ["LangGraph, SQLite checkpointer", peers.langgraph(shape, join(folder, `${shape.agents.length}-langgraph.db`))],
        ["OpenAI Agents, nothing stored", peers.openaiAgents(shape)],
      ]
    : [];
  const contestants: Contestant[] = [
    { name: STORED, play: () => bench.play(shape, model) },
    { name: "ours, events in memory", play: () => playInMemory(shape, model) },
    ...players.map(([name, player]) => ({ name, play: () => player.play() })),
  ];
  try {
    return await compare(contestants, { turns: shape.turns, turnsPerRound: quick ? 50 : 1_000, rounds: quick ? 3 : 9 });
  } finally {
    bench.store.close();
    for (const [, player] of players) player.close();
  }
}

function table(shape: PlayedShape, rows: readonly Timing[]): string[] {
  return [
    "",
    `### ${shape.name}: ${shape.turns} turns a run`,
    "",
    "| | µs a turn | time ÷ ours, stored | least – most | CPU time ÷ ours, stored |",
    "|---|---|---|---|---|",
    ...rows.map(
      ({ name, turnUs, ratio, least, most, cpuRatio }) =>
        `| ${name} | ${turnUs.toFixed(0)} | ${ratio.toFixed(2)} | ${least.toFixed(2)} – ${most.toFixed(2)} | ${cpuRatio.toFixed(2)} |`,
    ),
  ];
}

/** The same number of runs in lanes of 100, 300 and 1,000; each size in a process of its own, the sizes interleaved. */
function manyAtOnce(): string[] {
  const sizes = quick ? [10, 30] : [100, 300, 1_000];
  const runs = quick ? 30 : 1_000;
  const measured = new Map<number, AtOnce[]>(sizes.map((size) => [size, []]));
  for (let round = 0; round < (quick ? 1 : 3); round += 1) for (const size of sizes) measured.get(size)?.push(inProcess(size, runs));
  const rate = (size: number) => median((measured.get(size) as AtOnce[]).map(({ turns, seconds }) => turns / seconds));
  const rss = (size: number) => Math.max(...(measured.get(size) as AtOnce[]).map(({ peakRss }) => peakRss));
  const [least = 0] = sizes;
  const most = sizes.at(-1) ?? 0;
  return [
    "",
    `### ${runs.toLocaleString("en")} runs of the consultancy of 12 in one process, every step stored`,
    "",
    "| at once | turns a second | ÷ the first row | peak memory |",
    "|---|---|---|---|",
    ...sizes.map(
      (size) => `| ${size} | ${rate(size).toFixed(0)} | ${(rate(size) / rate(least)).toFixed(2)} | ${(rss(size) / 1e6).toFixed(0)} MB |`,
    ),
    "",
    `Memory under ${MOST_RSS / 1e9} GB at ${most} at once: ${rss(most) < MOST_RSS ? "yes" : "NO"}. Throughput from ${least} to ${most} at once: × ${(rate(most) / rate(least)).toFixed(2)}.`,
  ];
}

function inProcess(size: number, runs: number): AtOnce {
  const out = execFileSync(process.execPath, [join(import.meta.dirname, "at-once-worker.ts"), String(size), String(runs)], {
    encoding: "utf8",
  });
  const done = JSON.parse(out) as AtOnce;
  if (done.atOnce !== Math.min(size, runs)) throw new Error(`Only ${done.atOnce} runs were under way together instead of ${size}.`);
  return done;
}
