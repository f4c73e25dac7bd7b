/** Owns the laws of repair and sham over the suite that ships (M5, M6): a repair always reads as held, a sham never changes what is read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Suite, Task } from "#shared/task/schema.ts";
import { loadSuite } from "#main/exchange/load-suite.ts";
import { isLost, planEdits, readable } from "#main/measure/repair/plan-edits.ts";
import { repairMessage } from "#main/measure/repair/repair-message.ts";
import { shamMessage } from "#main/measure/repair/sham-message.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { codesOf, type Standing } from "#test/support/carried.ts";
import { plainSuite } from "#test/support/suites.ts";

function shipped(): Suite {
  const path = join(import.meta.dirname, "../../main/lab/suites/relay.suite.yaml");
  const loaded = loadSuite(readFileSync(path, "utf8"), "relay.suite.yaml");
  if (!loaded.ok) throw new Error("The suite that ships does not load.");
  return loaded.value;
}

const tasks = [...shipped().tasks, ...plainSuite(2, 5).tasks].map((task) => new TaskProbes(task));
const FATES = ["preserved", "weakened", "contradicted", "dropped"] as const;

interface Made {
  probes: TaskProbes;
  handoffId: string;
  written: string;
  standings: Record<string, Standing>;
}

/** A message out of a task's own phrasings, its constraints kept, weakened, contradicted or dropped at random. */
const message: fc.Arbitrary<Made> = fc.nat({ max: tasks.length - 1 }).chain((at) => {
  const probes = tasks[at] as TaskProbes;
  const size = probes.task.ledger.length;
  const list = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: size, maxLength: size });
  return fc
    .record({
      handoffId: fc.nat({ max: 999 }).map((id) => `h${id}`),
      fates: list(fc.constantFrom(...FATES)),
      second: list(fc.option(fc.constantFrom(...FATES), { freq: 4 })),
      picks: list(fc.nat({ max: 99 })),
      held: list(fc.constantFrom(1, 1, 1, 0.5, 0)),
      receiverHeld: list(fc.constantFrom(0, 0, 0, 0.5, 1)),
      told: list(fc.constantFrom(false, false, true)),
      glue: fc.constantFrom(" ", "\n", "\n\n", "\n- "),
      closing: fc.constantFrom("", "Over to you", "Ask me if anything here is unclear."),
    })
    .map(({ handoffId, fates, second, picks, held, receiverHeld, told, glue, closing }) => {
      const say = (task: Task, index: number, fate: (typeof FATES)[number] | null) => {
        const phrases = fate && fate !== "dropped" ? (task.ledger[index]?.phrasings?.[fate] ?? []) : [];
        return phrases.slice((picks[index] as number) % Math.max(1, phrases.length)).slice(0, 1);
      };
      const lines = [...fates, ...second].flatMap((fate, index) => say(probes.task, index % size, fate));
      const written = ["Hello Ada, a short hand-over.", ...lines, ...probes.task.asks.slice(0, 1).map((ask) => ask.text), closing]
        .filter((line) => line !== "")
        .join(glue);
      const standings = Object.fromEntries(
        probes.task.ledger.map(({ id }, index) => [
          id,
          { held: held[index] as number, receiverHeld: receiverHeld[index] as number, told: told[index] as boolean },
        ]),
      );
      return { probes, handoffId, written, standings };
    });
});

describe("repair and sham of messages made from a suite's phrasings", () => {
  it("M5, M6 what was lost reads as held after the repair and everything else as before; a sham changes nothing that is read", () => {
    fc.assert(
      fc.property(message, ({ probes, handoffId, written, standings }) => {
        const codes = codesOf(probes, written, standings);
        const input = { handoffId, written, codes, probes };
        const repaired = repairMessage(input);
        const sham = shamMessage(input);
        if ("why" in repaired || "why" in sham) throw new Error(JSON.stringify({ repaired, sham }));
        const lost = new Map(codes.filter(isLost).map((each) => [each.constraintId, each.held as number]));
        expect(repaired.put).toEqual([...lost.keys()]);
        expect(sham.spared).toEqual(repaired.put);
        for (const id of readable(probes)) {
          const before = probes.code(id, written).code;
          const after = probes.code(id, repaired.written).code;
          if (lost.has(id)) expect(after, id).toBeGreaterThanOrEqual(lost.get(id) as number);
          else expect(after, id).toBe(before);
          expect(probes.code(id, sham.written).code, id).toBe(before);
        }
        const removed = planEdits(input).slots.reduce((total, { start, end }) => total + end - start, 0);
        expect(sham.longer).toBe(sham.written.length - repaired.written.length);
        expect(Math.abs(sham.longer)).toBeLessThanOrEqual(0.1 * (repaired.written.length - written.length + removed));
        if (lost.size === 0) expect([repaired.written, sham.written]).toEqual([written, written]);
        // A repaired message has nothing left to repair.
        const again = repairMessage({ ...input, written: repaired.written, codes: codesOf(probes, repaired.written, standings) });
        expect(again).toEqual({ written: repaired.written, put: [] });
        expect([repairMessage(input), shamMessage(input)]).toEqual([repaired, sham]);
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  it("M6 a sham that only adds is as long as the repair, within 10 % of what the repair adds", () => {
    fc.assert(
      fc.property(message, ({ probes, handoffId, written, standings }) => {
        const codes = codesOf(probes, written, standings).filter((each) => each.code === 0);
        fc.pre(codes.some(isLost));
        const input = { handoffId, written, codes, probes };
        const repaired = repairMessage(input);
        const sham = shamMessage(input);
        if ("why" in repaired || "why" in sham) throw new Error(JSON.stringify({ repaired, sham }));
        expect(sham.longer).toBe(sham.written.length - repaired.written.length);
        expect(Math.abs(sham.longer)).toBeLessThanOrEqual(0.1 * (repaired.written.length - written.length));
        expect(sham.written.startsWith(written.trimEnd())).toBe(true);
      }),
      { numRuns: 100, seed: 12 },
    );
  });
});
