/** Owns the peers that the bench of the engine compares us with: installing them beside the bench, and loading them. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MESSAGE, type Shape } from "#test/bench/engine/shapes.ts";

/** One peer, ready to play a shape again and again. */
export interface Player {
  /** Plays one run; rejects where it was not the shape's whole run. */
  play(): Promise<void>;
  close(): void;
}

export interface Peers {
  /** `file`: where the SQLite checkpointer writes; null: no checkpointer. */
  langgraph(shape: Shape, file: string | null): Player;
  openaiAgents(shape: Shape): Player;
}

type PeerShape = Shape & { message: string };

const FOLDER = join(import.meta.dirname, "peers");

/** The peers, installed on first use as their lock file says; null where they cannot be installed, and why is printed. */
export async function loadPeers(): Promise<Peers | null> {
  if (!existsSync(join(FOLDER, "node_modules", ".package-lock.json")) && !install()) {
    console.log(`The peers could not be installed in ${FOLDER} (is there a network?), so only our own figures follow.`);
    return null;
  }
  // Not dependencies of ours, so they are found from their own folder only.
  const graph = (await import(join(FOLDER, "langgraph.mjs"))) as { langgraph(shape: PeerShape, file: string | null): Player };
  const agents = (await import(join(FOLDER, "openai-agents.mjs"))) as { openaiAgents(shape: PeerShape): Player };
  return {
    langgraph: (shape, file) => graph.langgraph({ ...plain(shape), message: MESSAGE }, file),
    openaiAgents: (shape) => agents.openaiAgents({ ...plain(shape), message: MESSAGE }),
  };
}

function plain({ name, agents, contacts, deliverer, rounds, turns }: Shape): Shape {
  return { name, agents, contacts, deliverer, rounds, turns };
}

function install(): boolean {
  console.log("Installing the peers (about 170 MB, once) …");
  const args = ["ci", "--no-audit", "--no-fund", "--fetch-retries=0", "--loglevel=silent"];
  const npm = process.env.npm_execpath;
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: FOLDER, stdio: "ignore" })
    : spawnSync("npm", args, { cwd: FOLDER, stdio: "ignore", shell: process.platform === "win32" });
  return done.status === 0;
}
