/** Owns the probes of one task and remembers what they read: the same text is coded once. */
import type { Code, Coded } from "#shared/drift/types.ts";
import type { Ask, Constraint, Task } from "#shared/task/schema.ts";
import { compileProbe } from "#main/measure/pattern-probe.ts";

/** What a set of texts says of one constraint. */
export interface Holding {
  /** max(0, best code) */
  held: number;
  /** Whether any of the texts contradicts it. */
  told: boolean;
}

/** Texts longer than this are coded anew each time: brief and instructions stay remembered, a run's messages pass. */
const MOST_REMEMBERED = 5_000;

/**
 * Whether a constraint or an ask can be measured. A pattern without expressions reads nothing anywhere, and an ask is met by
 * what is preserved alone: where there is none, every text would be a false 0 (M21).
 */
export function hasProbe(item: Constraint | Ask): boolean {
  const { pattern } = item;
  if (!pattern) return false;
  return pattern.preserved.length > 0 || ("kind" in item && pattern.weakened.length + pattern.contradicted.length > 0);
}

export class TaskProbes {
  readonly task: Task;
  #items: Map<string, Constraint | Ask>;
  #remembered = new Map<string, Map<string, Coded>>();

  constructor(task: Task) {
    this.task = task;
    this.#items = new Map([...task.ledger, ...task.asks].filter(hasProbe).map((item) => [item.id, item]));
  }

  /** Whether a constraint or an ask can be measured. */
  has(id: string): boolean {
    return this.#items.has(id);
  }

  /** Codes a text against a constraint or an ask that has a probe. */
  code(id: string, text: string): Coded {
    const item = this.#items.get(id);
    const probe = item && compileProbe(item, this.task.words);
    if (!probe) return { code: 0, spans: [] };
    let byText = this.#remembered.get(id);
    if (!byText) {
      byText = new Map();
      this.#remembered.set(id, byText);
    }
    let coded = byText.get(text);
    if (!coded) {
      coded = probe.code(text);
      if (byText.size >= MOST_REMEMBERED) byText.clear();
      byText.set(text, coded);
    }
    return coded;
  }

  /** M1 over a set of texts. */
  holding(id: string, texts: readonly string[]): Holding {
    let best: Code = 0;
    let told = false;
    for (const text of texts) {
      const { code } = this.code(id, text);
      if (code > best) best = code;
      if (code === -1) told = true;
    }
    return { held: best, told };
  }
}
