/** Owns the probes of one task and remembers what they read: the same text is coded once. */
import type { Code, Coded } from "#shared/drift/types.ts";
import type { Pattern, Task } from "#shared/task/schema.ts";
import { compilePattern } from "#main/measure/pattern-probe.ts";

/** What a set of texts says of one constraint. */
export interface Holding {
  /** max(0, best code) */
  held: number;
  /** Whether any of the texts contradicts it. */
  told: boolean;
}

/** Texts longer than this are coded anew each time: brief and instructions stay remembered, a run's messages pass. */
const MOST_REMEMBERED = 5_000;

export class TaskProbes {
  readonly task: Task;
  #patterns: Map<string, Pattern>;
  #remembered = new Map<string, Map<string, Coded>>();

  constructor(task: Task) {
    this.task = task;
    this.#patterns = new Map([...task.ledger, ...task.asks].flatMap((item) => (item.pattern ? [[item.id, item.pattern] as const] : [])));
  }

  /** Whether a constraint or an ask can be measured. */
  has(id: string): boolean {
    return this.#patterns.has(id);
  }

  /** Codes a text against a constraint or an ask that has a probe. */
  code(id: string, text: string): Coded {
    const pattern = this.#patterns.get(id);
    if (!pattern) return { code: 0, spans: [] };
    let byText = this.#remembered.get(id);
    if (!byText) {
      byText = new Map();
      this.#remembered.set(id, byText);
    }
    let coded = byText.get(text);
    if (!coded) {
      coded = compilePattern(pattern).code(text);
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
