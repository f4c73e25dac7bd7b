/** Owns suites made for tests: plain rules with unmistakable words, so that a test knows what was planted. */
import { type Suite, suiteSchema } from "#shared/task/schema.ts";

/** Task ids t1…, constraints k1… of equal weight (or as given), one ask a1. */
export function plainSuite(tasks: number, constraints: number, weight: (index: number) => number = () => 1): Suite {
  const rules = Array.from({ length: constraints }, (_, index) => index + 1);
  return suiteSchema.parse({
    format: "driftlab.suite",
    version: 1,
    id: "plain",
    name: "Plain",
    tasks: Array.from({ length: tasks }, (_, index) => ({
      id: `t${index + 1}`,
      title: `Task ${index + 1}`,
      brief: [`This is task ${index + 1}.`, "Count the boxes.", ...rules.map((rule) => `Rule ${rule} holds in full.`)].join(" "),
      asks: [
        {
          id: "a1",
          text: "Count the boxes",
          pattern: { preserved: ["the boxes were counted"] },
          phrasings: { preserved: ["The boxes were counted."] },
        },
      ],
      ledger: rules.map((rule) => ({
        id: `k${rule}`,
        text: `Rule ${rule} holds in full`,
        kind: "must",
        weight: weight(rule),
        pattern: {
          preserved: [`rule ${rule} holds in full`],
          weakened: [`rule ${rule} holds perhaps`],
          contradicted: [`rule ${rule} is off`],
        },
        phrasings: {
          preserved: [`Rule ${rule} holds in full.`],
          weakened: [`Rule ${rule} holds perhaps.`],
          contradicted: [`Rule ${rule} is off.`],
        },
      })),
    })),
  });
}
