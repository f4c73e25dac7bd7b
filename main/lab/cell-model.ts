/** Owns the way of a cell's call to its connection: caps in front of it, and for a simulated population a clock of its own. */
import type { Plan } from "#shared/experiment/plan.ts";
import type { CallFailure, CallIdentity, ModelRequest } from "#shared/run/messages.ts";
import type { CallOptions, CallResult, Clock, ModelPort } from "#main/engine/ports.ts";
import { type VirtualCall, VirtualTime } from "#main/engine/virtual-time.ts";
import type { Connection } from "#main/models/connection.ts";
import { costUsd, type PriceTable, worstCaseUsd } from "#main/models/prices.ts";
import { dice } from "#main/models/simulated/dice.ts";
import type { Budget, CapReached, Spend } from "#main/lab/budget.ts";

export interface CellModelParts {
  plan: Plan;
  connection: Connection;
  budget: Budget;
  prices: PriceTable;
  /** Hears an agent's words as they come; after a retry from the start again. */
  onWords?(agent: string, callId: string, words: string): void;
}

const CAP_WORDS: Record<CapReached, (budget: Budget) => string> = {
  outputTokens: ({ caps }) => `the cap of ${caps.outputTokens} output tokens leaves no room for another call`,
  usd: ({ caps }) => `the cap of ${caps.usd} US dollars leaves no room for another call`,
  "unknown-price": ({ caps }) => `there is a cap of ${caps.usd} US dollars, and what a call costs is not known`,
};

/** A connection with the caps in front of it: every attempt has room before it is sent, and what broke on the way counts. */
export function cappedModel(parts: CellModelParts): ModelPort {
  return {
    call: (request, options) => new CappedCall(parts, request, options).make(),
  };
}

class CappedCall {
  #parts: CellModelParts;
  #request: ModelRequest;
  #options: CallOptions & { nowMs?: number };
  #need: Spend;
  #held = false;

  constructor(parts: CellModelParts, request: ModelRequest, options: CallOptions & { nowMs?: number }) {
    this.#parts = parts;
    this.#request = request;
    this.#options = options;
    // Without a cap in dollars nobody has to know what a call costs before it is sent.
    const usd = parts.budget.caps.usd === null ? 0 : worstCaseUsd(parts.prices, request);
    this.#need = { outputTokens: request.max_tokens, usd };
  }

  async make(): Promise<CallResult> {
    const { connection, budget, onWords } = this.#parts;
    const { identity, signal, onRetry, id, nowMs } = this.#options;
    const refused = await this.#reserve();
    if (refused) return { ok: false, attempts: 0, failure: refused };
    // Until it is known better, the worst case is what counts.
    let used: Spend = this.#need;
    try {
      const result = await connection.call(this.#request, {
        identity,
        signal,
        onRetry,
        ...(nowMs === undefined ? {} : { nowMs }),
        ...(onWords ? { onWords: (words: string) => onWords(identity.agent, id, words) } : {}),
        admitRetry: (lostTokens) => this.#admitRetry(lostTokens),
      });
      if (result.ok) {
        used = { outputTokens: result.answer.usage.outputTokens ?? this.#need.outputTokens, usd: this.#usdOf(result.answer) };
        return result;
      }
      const lostTokens = this.#isFree(result.failure) ? 0 : result.lostTokens;
      used = this.#lost(lostTokens);
      return { ...result, lostTokens };
    } finally {
      if (this.#held) budget.settle(this.#need, used);
    }
  }

  async #reserve(): Promise<CallFailure | null> {
    const { budget } = this.#parts;
    const { signal } = this.#options;
    try {
      const reserved = await budget.reserve(this.#need, signal);
      this.#held = reserved.ok;
      return reserved.ok ? null : { code: "budget", message: CAP_WORDS[reserved.cap](reserved.by) };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { code: "aborted", message: "the call was called off before it was sent" };
    }
  }

  async #admitRetry(lostTokens: number): Promise<CallFailure | null> {
    this.#parts.budget.settle(this.#need, this.#lost(lostTokens));
    this.#held = false;
    return (await this.#options.admitRetry(lostTokens)) ?? (await this.#reserve());
  }

  /** What a lost attempt cost is not known to the cent: where it cost anything, the worst case. */
  #lost(outputTokens: number): Spend {
    return { outputTokens, usd: outputTokens === 0 ? 0 : this.#need.usd };
  }

  #usdOf(answer: { servedModel: string; usage: Parameters<typeof costUsd>[2] }): number | null {
    return this.#parts.budget.caps.usd === null ? 0 : costUsd(this.#parts.prices, answer.servedModel, answer.usage);
  }

  /** The simulated population takes nothing for a call that was called off. */
  #isFree(failure: CallFailure): boolean {
    return failure.code === "aborted" && this.#parts.plan.connection.kind === "simulated";
  }
}

/** Latency of a simulated answer: a fixed part by the dice, and so much for each token, in milliseconds. */
export const SIMULATED_LATENCY = { least: 400, spread: 1_600, perToken: 15 };

/** The same with a clock of its own: answers come in the order of seeded latencies, whatever the machine does. */
export function simulatedModel(model: ModelPort, seed: number, nameOf: (options: CallOptions) => CallIdentity): ModelPort & Clock {
  return new VirtualTime(async (request, options, nowMs): Promise<VirtualCall> => {
    const result = await model.call(request, { ...options, nowMs } as CallOptions);
    const { cell, agent, turn, call, draw } = nameOf(options);
    const tokens = result.ok ? (result.answer.usage.outputTokens ?? 0) : 0;
    const { least, spread, perToken } = SIMULATED_LATENCY;
    return { result, latencyMs: Math.round(least + dice(seed, "latency", cell, agent, turn, call, draw) * spread + tokens * perToken) };
  }, setImmediate);
}
