/** Owns the simulated prompt cache of one cell: how much of a request's input is read from it, written to it, or neither. */
import { createHash } from "node:crypto";
import type { RequestBody, RequestContent } from "#main/models/simulated/learn.ts";
import { estimateTokens } from "#main/models/simulated/wire.ts";

// All four after https://platform.claude.com/docs/en/build-with-claude/prompt-caching; the minimum differs between
// models there, and this is the one of most of them.
/** Shortest prefix that is cached, in tokens. */
export const CACHE_MINIMUM_TOKENS = 1_024;
/** How long an entry lasts after it was last used, in milliseconds. */
export const CACHE_LIFETIME_MS = 5 * 60_000;
/** Most blocks with `cache_control` in a request. */
export const MOST_BREAKPOINTS = 4;
/** How many blocks are looked at for each breakpoint, its own the first. */
export const LOOK_BACK_BLOCKS = 20;

/** A request's input tokens; the three add up to all of them. */
export interface InputUsage {
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/** One block of a prompt in the order in which it is cached: tools, system, messages. */
interface PromptBlock {
  kind: string;
  text: string;
  marked: boolean;
}

/** An entry's last use, and the last one before that moment. */
interface Uses {
  lastMs: number;
  beforeMs: number;
}

/** The blocks of the last request on one line, each with the hash of the prefix that ends with it. */
type Chain = { model: string; links: { kind: string; text: string; hash: string }[] };

/** What is wrong with a request's breakpoints, in the API's words, or null. */
export function badBreakpoints(body: RequestBody): string | null {
  const found = promptBlocks(body).filter((block) => block.marked).length;
  return found > MOST_BREAKPOINTS ? `A maximum of ${MOST_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.` : null;
}

export class PromptCache {
  #uses = new Map<string, Uses>();
  #chains = new Map<string, Chain>();

  /**
   * Counts a request's input and remembers what it cached. `nowMs` is the cell's own clock; `line` names who asks, and only
   * saves work: successive requests of one agent begin alike, and what has not changed is not hashed again.
   *
   * What a request cached is read by requests of later moments alone: an entry of the API stands once its first answer has
   * begun, and so calls of one moment count the same in whatever order they arrive.
   */
  count(line: string, body: RequestBody, nowMs: number): InputUsage {
    const blocks = promptBlocks(body);
    const upTo: number[] = [];
    let total = 0;
    for (const block of blocks) upTo.push((total += estimateTokens(block.text)));
    const breakpoints = blocks.flatMap((block, index) => (block.marked && (upTo[index] ?? 0) >= CACHE_MINIMUM_TOKENS ? [index] : []));
    const last = breakpoints.at(-1);
    if (last === undefined) return { inputTokens: total, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const hashes = this.#hashes(line, body.model, blocks.slice(0, last + 1));
    const hits = breakpoints.flatMap((breakpoint) => this.#hit(hashes, breakpoint, nowMs));
    for (const index of [...breakpoints, ...hits]) this.#use(hashes[index] as string, nowMs);
    const read = Math.max(0, ...hits.map((index) => upTo[index] ?? 0));
    const cached = upTo[last] ?? 0;
    return { inputTokens: total - cached, cacheReadTokens: read, cacheWriteTokens: cached - read };
  }

  /** The longest cached prefix at or before a breakpoint. */
  #hit(hashes: readonly string[], breakpoint: number, nowMs: number): number[] {
    for (let index = breakpoint; index >= 0 && index > breakpoint - LOOK_BACK_BLOCKS; index -= 1) {
      const uses = this.#uses.get(hashes[index] as string);
      if (!uses) continue;
      const usedMs = uses.lastMs < nowMs ? uses.lastMs : uses.beforeMs;
      if (usedMs < nowMs && nowMs - usedMs < CACHE_LIFETIME_MS) return [index];
    }
    return [];
  }

  #use(hash: string, nowMs: number): void {
    const uses = this.#uses.get(hash);
    if (!uses) this.#uses.set(hash, { lastMs: nowMs, beforeMs: Number.NEGATIVE_INFINITY });
    else if (nowMs > uses.lastMs) this.#uses.set(hash, { lastMs: nowMs, beforeMs: uses.lastMs });
    else if (nowMs < uses.lastMs) uses.beforeMs = Math.max(uses.beforeMs, nowMs);
  }

  /** The hash of each prefix; those that are as in the line's last request are taken over. */
  #hashes(line: string, model: string, blocks: readonly PromptBlock[]): string[] {
    const before = this.#chains.get(line);
    const links: Chain["links"] = [];
    let same = before?.model === model;
    let hash = model;
    for (const [index, { kind, text }] of blocks.entries()) {
      const known = before?.links[index];
      same = same && known?.kind === kind && known.text === text;
      hash = same && known ? known.hash : createHash("sha256").update(`${hash}\n${kind.length}\n${kind}`).update(text).digest("base64");
      links.push({ kind, text, hash });
    }
    this.#chains.set(line, { model, links });
    return links.map((link) => link.hash);
  }
}

/** A request's input as blocks, in the order in which the API caches it; `cache_control` is a mark and no part of a block. */
function promptBlocks(body: RequestBody): PromptBlock[] {
  const blocks: PromptBlock[] = [];
  const add = (kind: string, { cache_control, ...block }: Partial<RequestContent>) =>
    blocks.push({
      kind: `${kind}:${block.type ?? ""}`,
      text: block.type === "text" ? (block.text ?? "") : JSON.stringify(block),
      marked: cache_control !== undefined && cache_control !== null,
    });
  for (const tool of body.tools ?? []) add("tool", tool);
  for (const block of asBlocks(body.system ?? [])) add("system", block);
  // Another choice of tools makes other messages of it, while tools and system stay cached.
  const choice = body.tool_choice ? `${body.tool_choice.type}:` : "";
  for (const message of body.messages) for (const block of asBlocks(message.content)) add(`${choice}${message.role}`, block);
  return blocks;
}

function asBlocks(content: string | RequestContent[]): RequestContent[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}
