/** Owns hard caps on spending: each attempt's worst case is reserved before it is sent, so that no cap is ever passed. */

/** Output tokens and US dollars. Null dollars: not known. */
export interface Spend {
  outputTokens: number;
  usd: number | null;
}

/** Null: no such cap. */
export interface Caps {
  outputTokens: number | null;
  usd: number | null;
}

/** Why nothing could be reserved: a cap leaves no room, or a cap in dollars stands and a price is not known. */
export type CapReached = "outputTokens" | "usd" | "unknown-price";

export type Reserved =
  | { ok: true }
  /** `by` is the budget whose cap it is: this one, or one above it. */
  | { ok: false; cap: CapReached; by: Budget };

export interface BudgetParts {
  caps: Caps;
  /** What counts against the caps already. */
  used: Spend;
}

/** Dollars are summed as whole billionths, so that sums are exact; nine million dollars fit. */
const UNITS_TO_A_DOLLAR = 1e9;
/** Of a unit: what a product of decimal fractions may be off. */
const FLOAT_NOISE = 1e-3;

interface Amount {
  tokens: number;
  /** Billionths of a dollar; null: not known. */
  units: number | null;
}

/**
 * A cap, or one beneath another: what a child reserves is reserved in all above it too, in one step, all or nothing, so that no
 * two wait for each other. It holds as long as nobody uses more than was reserved.
 */
export class Budget {
  readonly caps: Caps;
  #capUnits: number | null;
  /** This budget and those above it, the nearest first. */
  #chain: readonly Budget[];
  #usedTokens: number;
  #usedUnits: number;
  /** Something without a known price has been spent: the dollars are then known of a part only. */
  #priceless: boolean;
  #heldTokens = 0;
  #heldUnits = 0;
  /** Shared by a whole tree: whoever settles wakes all, since room anywhere may be what another waits for. */
  #waiters: Set<() => void>;

  constructor({ caps, used }: BudgetParts, parent: Budget | null = null) {
    this.caps = caps;
    this.#capUnits = caps.usd === null ? null : Math.floor(caps.usd * UNITS_TO_A_DOLLAR + FLOAT_NOISE);
    this.#chain = parent ? [this, ...parent.#chain] : [this];
    this.#usedTokens = used.outputTokens;
    this.#usedUnits = unitsOf(used.usd) ?? 0;
    this.#priceless = used.usd === null;
    this.#waiters = parent ? parent.#waiters : new Set();
  }

  /** A budget beneath this one. `used` counts against its own caps alone: in this one it is counted already. */
  child(caps: Caps, used: Spend = { outputTokens: 0, usd: 0 }): Budget {
    return new Budget({ caps, used }, this);
  }

  /** What was really used. Dollars are null once something whose price nobody knows was among it. */
  get spent(): Spend {
    return { outputTokens: this.#usedTokens, usd: this.#priceless ? null : this.#usedUnits / UNITS_TO_A_DOLLAR };
  }

  /**
   * Reserves here and in every budget above, waiting as long as calls in flight may still give back enough. Refused where a cap
   * leaves no room even if they gave back everything, and where a cap in dollars stands but the amount, or what was spent before,
   * has no known price. Rejects with the signal's reason when aborted, and then holds nothing.
   *
   * @param amount the most that an attempt can use; a whole number of tokens, no negative numbers: others are bugs and throw
   */
  async reserve(amount: Spend, signal: AbortSignal): Promise<Reserved> {
    const { outputTokens: tokens, usd } = amount;
    if (!isAmount(tokens) || !(usd === null || isAmount(usd)))
      throw new RangeError(`cannot reserve ${tokens} tokens and ${usd} US dollars`);
    const need: Amount = { tokens, units: unitsOf(usd) };
    for (;;) {
      signal.throwIfAborted();
      const refused = this.#refuses(need);
      if (refused) return refused;
      if (this.#hasRoom(need)) break;
      await this.#nextSettled(signal);
    }
    for (const each of this.#chain) {
      each.#heldTokens += need.tokens;
      each.#heldUnits += need.units ?? 0;
    }
    return { ok: true };
  }

  /**
   * Ends a reservation with what was really used, here and above.
   *
   * @param used null dollars are unknown: then all the dollars reserved count. So does all of what is no number at all
   */
  settle(reserved: Spend, used: Spend): void {
    const held = unitsOf(reserved.usd);
    const tokens = isAmount(used.outputTokens) ? used.outputTokens : reserved.outputTokens;
    const units = used.usd !== null && isAmount(used.usd) ? unitsOf(used.usd) : held;
    for (const each of this.#chain) {
      each.#heldTokens -= reserved.outputTokens;
      each.#heldUnits -= held ?? 0;
      each.#usedTokens += tokens;
      each.#usedUnits += units ?? 0;
      each.#priceless ||= units === null;
    }
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  #refuses(need: Amount): Extract<Reserved, { ok: false }> | null {
    for (const each of this.#chain) {
      const cap = each.#refusesHere(need);
      if (cap !== null) return { ok: false, cap, by: each };
    }
    return null;
  }

  #refusesHere({ tokens, units }: Amount): CapReached | null {
    if (this.caps.outputTokens !== null && this.#usedTokens + tokens > this.caps.outputTokens) return "outputTokens";
    if (this.#capUnits === null) return null;
    if (units === null || this.#priceless) return "unknown-price";
    return this.#usedUnits + units > this.#capUnits ? "usd" : null;
  }

  #hasRoom({ tokens, units }: Amount): boolean {
    for (const each of this.#chain) {
      const { outputTokens } = each.caps;
      if (outputTokens !== null && each.#usedTokens + each.#heldTokens + tokens > outputTokens) return false;
      if (each.#capUnits !== null && each.#usedUnits + each.#heldUnits + (units ?? 0) > each.#capUnits) return false;
    }
    return true;
  }

  #nextSettled(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

/** Rounded up, but not for what is only noise of floating point. */
function unitsOf(usd: number | null): number | null {
  return usd === null ? null : Math.max(0, Math.ceil(usd * UNITS_TO_A_DOLLAR - FLOAT_NOISE));
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
