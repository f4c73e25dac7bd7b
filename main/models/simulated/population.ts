/** Owns the simulated population: a `fetch` that answers real Messages API requests, offline and seeded. */
import { asSent, type CallIdentity, identityText, type ModelAnswer, type ModelRequest } from "#shared/run/messages.ts";
import { SimulatedBatches } from "#main/models/simulated/batches.ts";
import { badBreakpoints, PromptCache } from "#main/models/simulated/cache.ts";
import { dice } from "#main/models/simulated/dice.ts";
import { contactNames, type Knowledge, learn, type RequestBody, shownText, toolsToCall } from "#main/models/simulated/learn.ts";
import { type CellScript, PRINCIPAL } from "#main/models/simulated/script.ts";
import { isEmpty, namesWrittenTo, newSince, ToldMemory } from "#main/models/simulated/told.ts";
import {
  badRequestResponse,
  errorResponse,
  type Fault,
  streamResponse,
  type WireAnswer,
  type WireBlock,
} from "#main/models/simulated/wire.ts";
import { type Intention, writeDeliverable, writeMessage, writeSummary } from "#main/models/simulated/write.ts";

/** Carries `cell/agent/turn/call/draw`; set on the simulated connection alone. */
export const IDENTITY_HEADER = "x-driftlab-identity";
/**
 * Carries the cell's own time in milliseconds, by which its prompt cache ages. What a call caches is read at later moments
 * only. Without it the cell's clock goes on by `CALL_LATENCY_MS` a call.
 */
export const NOW_HEADER = "x-driftlab-now-ms";
/** How long a call takes by the clock of a cell that is not told the time. */
export const CALL_LATENCY_MS = 2_000;

/** The call number under which an agent is asked for a summary of its memory. */
export const SUMMARY_CALL = 0;

export interface PopulationOptions {
  /** Opened by tests only. */
  onIntention?: (intention: Intention) => void;
  /** What goes wrong with the n-th attempt (from 1) at a call. */
  faults?: (identity: string, attempt: number) => Fault | null;
}

/** A call that was answered before, as it was written down. */
export interface RecalledCall {
  identity: CallIdentity;
  request: ModelRequest;
  answer: Pick<ModelAnswer, "content" | "stopReason">;
  /** The cell's own time at which it was sent, where that is known. */
  nowMs?: number;
}

interface Cell {
  script: CellScript;
  told: ToldMemory;
  cache: PromptCache;
  clockMs: number;
}

export class SimulatedPopulation {
  #cells = new Map<string, Cell>();
  #attempts = new Map<string, number>();
  #batches = new SimulatedBatches((body, nowMs) => this.#respond(body.metadata?.user_id ?? "", body, nowMs));
  #options: PopulationOptions;

  constructor(options: PopulationOptions = {}) {
    this.#options = options;
  }

  /** Makes a cell known, with nothing said and nothing cached in it. */
  open(script: CellScript): void {
    this.#cells.set(script.cell, { script, told: new ToldMemory(), cache: new PromptCache(), clockMs: 0 });
  }

  /** Forgets a cell. */
  close(cell: string): void {
    this.#cells.delete(cell);
  }

  /**
   * Takes calls that were answered before, in their order, as if they had been answered here: a cell that goes on after them
   * (a run that was broken off, a branch) says what it would have said undisturbed. The calls may carry another cell's name.
   */
  recall(cell: string, calls: readonly RecalledCall[]): void {
    const known = this.#cells.get(cell);
    if (!known) return;
    for (const { identity, request, answer, nowMs = null } of calls) {
      known.cache.count(identity.agent, asSent(request), clockOf(known, nowMs));
      if (identity.call === SUMMARY_CALL || answer.stopReason === "refusal") continue;
      const knowledge = learn(shownText(request), known.script);
      const recipients = new Set(namesWrittenTo(answer.content).map((name) => known.script.names[name] ?? name));
      // A cut answer lacks what came after the cut; the same dice say whom that was for.
      if (answer.stopReason === "max_tokens")
        for (const each of this.#news(known, identity, request, knowledge)) recipients.add(each.recipient);
      known.told.remember(identity, recipients, knowledge);
    }
  }

  /** Answers as the Messages API does. Handed to the SDK in place of the network. */
  readonly fetch: typeof fetch = async (url, init) => {
    // A real network always lets others have a turn; without one, a whole run would go by before anything else.
    await new Promise((resolve) => setImmediate(resolve));
    init?.signal?.throwIfAborted();
    const headers = new Headers(init?.headers);
    const nowMs = readTime(headers.get(NOW_HEADER));
    const { pathname } = new URL(url instanceof Request ? url.url : url);
    if (SimulatedBatches.answers(pathname))
      return this.#batches.respond(init?.method ?? "GET", pathname, init?.body ? String(init.body) : null, nowMs);
    const identity = headers.get(IDENTITY_HEADER) ?? "";
    const body = JSON.parse(String(init?.body)) as RequestBody;
    const requestId = requestIdOf(identity);
    const fault = this.#fault(identity);
    if (fault && "status" in fault) return errorResponse(fault, requestId);
    const response = this.#respond(identity, body, nowMs);
    return typeof response === "string" ? badRequestResponse(response, requestId) : streamResponse(response, fault);
  };

  #fault(identity: string): Fault | null {
    if (!this.#options.faults) return null;
    const attempt = (this.#attempts.get(identity) ?? 0) + 1;
    this.#attempts.set(identity, attempt);
    return this.#options.faults(identity, attempt);
  }

  /** The answer, or why the API would not take the request. */
  #respond(identity: string, body: RequestBody, nowMs: number | null): WireAnswer | string {
    const bad = badBreakpoints(body);
    if (bad !== null) return bad;
    const [cell = "", agent = "", turn = "1", call = "1", draw = "0"] = identity.split("/").map(decodeURIComponent);
    const known = this.#cells.get(cell);
    const usage = known ? known.cache.count(agent, body, clockOf(known, nowMs)) : new PromptCache().count(agent, body, 0);
    const id = requestIdOf(identity).replace("req_", "msg_");
    const answer = { id, model: body.model, ...usage, maxTokens: body.max_tokens };
    if (!known) return { ...answer, blocks: [{ type: "text", text: "The simulated population is here." }], stopReason: "end_turn" };
    const { script } = known;
    const knowledge = learn(shownText(body), script);
    if (Number(call) === SUMMARY_CALL)
      return { ...answer, blocks: [{ type: "text", text: writeSummary(script, identity, agent, knowledge) }], stopReason: "end_turn" };
    if (dice(script.seed, identity, "refuse") < script.refuse) return { ...answer, blocks: [], stopReason: "refusal" };
    const at = { cell, agent, turn: Number(turn), call: Number(call), draw: Number(draw) };
    const blocks = this.#act(known, identity, at, body, knowledge);
    const stopReason = blocks.some((block) => block.type === "tool_use") ? "tool_use" : "end_turn";
    return { ...answer, blocks, stopReason };
  }

  /** Writes to every contact for whom there is something new; delivers when there is nothing more to say. */
  #act(cell: Cell, identity: string, at: CallIdentity, body: RequestBody, knowledge: Knowledge): WireBlock[] {
    const { script, told } = cell;
    const { agent } = at;
    const sends = this.#news(cell, at, body, knowledge);
    const recipients = sends.map((each) => each.recipient);
    told.remember(at, recipients, knowledge);
    const blocks = sends.map(({ name, recipient, odds, news }): WireBlock => {
      const { text, intentions } = writeMessage({ script, identity, sender: agent, recipient, odds }, news, name);
      this.#tell(intentions);
      return { type: "tool_use", id: toolUseId(identity, recipient), name: "send", input: { to: [name], text } };
    });
    if (blocks.length > 0) return blocks;
    const tools = toolsToCall(body);
    const submits = tools.some((tool) => tool.name === "submit_deliverable");
    if (!submits && tools.length > 0) return [{ type: "text", text: "Nothing new to pass on." }];
    const odds = script.odds[agent]?.[PRINCIPAL] ?? { keep: 1, weaken: 0, contradict: 0 };
    const { text, intentions } = writeDeliverable({ script, identity, sender: agent, recipient: PRINCIPAL, odds }, knowledge);
    this.#tell(intentions);
    return [
      submits
        ? { type: "tool_use", id: toolUseId(identity, PRINCIPAL), name: "submit_deliverable", input: { text } }
        : { type: "text", text },
    ];
  }

  /** The contacts that an agent writes to now, and what is new to each of them. */
  #news({ script, told }: Cell, at: CallIdentity, body: RequestBody, knowledge: Knowledge) {
    const identity = identityText(at);
    return contactNames(body).flatMap((name) => {
      const recipient = script.names[name] ?? name;
      const odds = script.odds[at.agent]?.[recipient];
      const before = told.before(at, recipient);
      const news = newSince(knowledge, before);
      if (!odds || (before.length > 0 && isEmpty(news))) return [];
      if (dice(script.seed, identity, recipient, "silence") < script.silence) return [];
      return [{ name, recipient, odds, news }];
    });
  }

  #tell(intentions: readonly Intention[]): void {
    for (const intention of intentions) this.#options.onIntention?.(intention);
  }
}

/** A call's moment on its cell's own clock, which goes on with it. */
function clockOf(cell: Cell, nowMs: number | null): number {
  cell.clockMs = nowMs ?? cell.clockMs + CALL_LATENCY_MS;
  return cell.clockMs;
}

function readTime(header: string | null): number | null {
  const nowMs = Number(header ?? Number.NaN);
  return header !== null && header.trim() !== "" && Number.isFinite(nowMs) ? nowMs : null;
}

function requestIdOf(identity: string): string {
  return `req_sim_${Math.floor(dice("request", identity) * 2 ** 40).toString(36)}`;
}

function toolUseId(identity: string, recipient: string): string {
  return `toolu_sim_${Math.floor(dice("tool", identity, recipient) * 2 ** 40).toString(36)}`;
}
