/** Owns the experiments that are killed: rounds and eager, with and without memory, all solo arms; and memories that are summarised. */
import type { Org } from "#shared/org/schema.ts";
import type { ConnectionSpec } from "#shared/run/connection.ts";
import type { CrashPlan } from "#test/support/crash-job.ts";
import { population } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const named = (name: string, arrows: string, change: (org: Org) => Org): Org => testOrg(arrows, (org) => ({ ...change(org), name }));

/** Most have somebody who writes back, so that agents are asked several times and have something to remember. */
const CIRCLE = "A>B,A>C,A>D,B>C,C>D,D>B,B>D,C>B,D>C,D>E,E>B,E>F,F>G";

export const CRASH_ORGS: readonly Org[] = [
  named("In rounds", CIRCLE, (org) => ({ ...org, limits: { ...org.limits, rounds: 8 } })),
  named("Eager", CIRCLE, (org) => ({ ...org, schedule: "eager", limits: { ...org.limits, rounds: 8, turnsAtOnce: 3 } })),
  named("No memory", "A>B,A>C,B>D,C>D,D>B", (org) => ({ ...org, agents: org.agents.map((agent) => ({ ...agent, memory: false })) })),
];

/** @param seed another seed is another experiment */
export function crashPlan(seed: number, more: Partial<CrashPlan> = {}): CrashPlan {
  const connection: ConnectionSpec = { kind: "simulated" };
  return {
    orgs: [...CRASH_ORGS],
    solos: ["one-shot", "role-play", "budget-matched", "best-of-n"],
    suite: plainSuite(1, 12),
    repeats: 2,
    seed,
    population: population({ default: { keep: 0.5, weaken: 0.15, contradict: 0.05 }, silence: 0.3, refuse: 0.01 }),
    connection,
    model: "m",
    ...more,
  };
}

/** Much is said and little can be remembered, so that memories are summarised on the way. */
export function shortMemoryPlan(seed: number): CrashPlan {
  const rules = 60;
  const org = (schedule: Org["schedule"]) =>
    named(`Short memory, ${schedule}`, "A>B,B>A,A>C,C>A,C>B,B>C,C>D", (made) => ({
      ...made,
      schedule,
      defaults: { ...made.defaults, settings: { maxOutputTokens: 9 * rules } },
      limits: { ...made.limits, rounds: 10, contextTokens: 1_300 + 12 * rules },
    }));
  return crashPlan(seed, { orgs: [org("rounds"), org("eager")], solos: [], suite: plainSuite(2, rules) });
}

/** For a server that knows nothing but the words of a request: no two calls have the same. Answers hang on no order but in eager orgs. */
export function serverPlan(seed: number, baseUrl: string, eager: boolean): CrashPlan {
  const suite = plainSuite(3, 4);
  const orgs = CRASH_ORGS.filter((org) => eager || org.schedule === "rounds").map((org) => ({
    ...org,
    name: `${org.name} ${seed}`,
    defaults: { model: "m", settings: { maxOutputTokens: 400 } },
  }));
  return crashPlan(seed, {
    orgs,
    solos: ["one-shot", "role-play"],
    suite: { ...suite, tasks: suite.tasks.map((task) => ({ ...task, brief: `${task.brief} This is series ${seed}.` })) },
    repeats: 1,
    connection: { kind: "compatible", baseUrl, takesTemperature: false },
  });
}
