import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "#shared/run/events.ts";
import type { Org } from "#shared/org/schema.ts";
import { oddsFor, type Odds, type Population } from "#shared/population/schema.ts";
import type { Suite } from "#shared/task/schema.ts";
import type { Intention } from "#main/models/simulated/write.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { population, runExperiment } from "#test/support/lab.ts";
import { plainSuite } from "#test/support/suites.ts";

/* An independent account of M1–M3: from what the population meant to do, never from a text. Events give only who was shown what, and when. */

interface Said {
  constraint: string;
  held: number;
  told: boolean;
  strength: -1 | 0 | 0.5 | 1;
}
interface Message {
  id: string;
  edgeId: string;
  source: string;
  target: string;
  said: Said[];
  shownIn: number;
}
interface Row {
  constraint: string;
  weight: number;
  held: number;
  told: boolean;
  has: number;
  strength: number;
}
interface EdgeAccount {
  edgeId: string;
  messages: number;
  rows: Row[];
  loss: number | null;
  parts: [number, number, number];
}

const strengthOf = (each: Intention): Said["strength"] =>
  each.outcome === "dropped" ? 0 : each.outcome === "contradicted" ? -1 : each.outcome === "kept" && each.held === 1 ? 1 : 0.5;

function accounts(
  org: Org,
  suite: Suite,
  taskId: string,
  cell: string,
  events: RunEvent[],
  byCall: Map<string, Intention[]>,
): { edges: EdgeAccount[] } {
  const task = suite.tasks.find((each) => each.id === taskId);
  const agent = (id: string) => org.agents.find((each) => each.id === id);
  const calls = new Map<string, { agent: string; turn: number; call: number; at: number }>();
  const messages: Message[] = [];
  let at = 0;
  for (const event of events) {
    at += 1;
    if (event.type === "call-started") calls.set(event.id, { agent: event.agent, turn: event.turn, call: event.call, at });
    if (event.type === "message-sent") {
      const call = calls.get(event.callId);
      const identity = [cell, event.source, call?.turn, call?.call, 0].map((part) => encodeURIComponent(String(part))).join("/");
      const said = (byCall.get(`${identity} ${event.target}`) ?? []).map(
        (each): Said => ({ constraint: each.constraint, held: each.held, told: each.told, strength: strengthOf(each) }),
      );
      messages.push({ id: event.id, edgeId: event.edgeId, source: event.source, target: event.target, said, shownIn: -1 });
    }
    if (event.type === "handoff-shown") {
      const message = messages.find((each) => each.id === event.id);
      if (message) message.shownIn = calls.get(event.callId)?.at ?? -1;
    }
  }
  const shown = messages.filter((message) => message.shownIn !== -1);
  const edges = [...new Set(shown.map((message) => message.edgeId))].map((edgeId): EdgeAccount => {
    const own = shown.filter((message) => message.edgeId === edgeId);
    const first = own[0] as Message;
    const receiver = agent(first.target);
    const earlier = receiver?.memory ? shown.filter((message) => message.target === first.target && message.shownIn < first.shownIn) : [];
    const rows = (task?.ledger ?? []).map((constraint): Row => {
      const said = own.flatMap((message) => message.said.filter((each) => each.constraint === constraint.id));
      // What began on this edge stays its own, whoever says it back later; what was only passed on is none of its words, and who
      // has passed it on drops nothing by being silent afterwards.
      const began = said.findIndex((each) => each.strength === -1);
      const inherited = said[began]?.told ?? false;
      const words = said.map((each) => each.strength).filter((strength, index) => !inherited || strength > 0 || index < began);
      const spoken = words.filter((strength) => strength !== 0);
      return {
        constraint: constraint.id,
        weight: constraint.scope === "all" || constraint.scope.includes(receiver?.role ?? "") ? constraint.weight : 0,
        held: Math.max(0, ...said.map((each) => each.held)),
        told: inherited && words.length === 0,
        has: receiver?.receivesBrief
          ? 1
          : Math.max(
              0,
              ...earlier.flatMap((message) =>
                message.said.filter((each) => each.constraint === constraint.id).map((each) => each.strength),
              ),
            ),
        strength: spoken.at(-1) === -1 || (inherited && words.length === 0) ? -1 : Math.max(0, ...spoken),
      };
    });
    const owed = rows.filter((row) => row.weight > 0 && row.held > row.has && !(row.told && row.strength === -1));
    const total = owed.reduce((sum, row) => sum + row.weight * row.held, 0);
    const part = (wanted: (strength: number) => boolean) =>
      owed.filter((row) => wanted(row.strength)).reduce((sum, row) => sum + (row.weight * Math.max(0, row.held - row.strength)) / total, 0);
    const parts: [number, number, number] =
      total === 0 ? [0, 0, 0] : [part((each) => each === 0), part((each) => each > 0), part((each) => each < 0)];
    return { edgeId, messages: own.length, rows, loss: total === 0 ? null : parts[0] + parts[1] + parts[2], parts };
  });
  return { edges };
}

/** One constraint's share of loss by the odds: mean and variance of held − code, given how strongly it is held. */
function byOdds(odds: Odds, held: number): { mean: number; variance: number } {
  const drop = 1 - odds.keep - odds.weaken - odds.contradict;
  const outcomes: [number, number][] = [
    [odds.keep, 0],
    [odds.weaken, held - 0.5],
    [odds.contradict, held + 1],
    [drop, held],
  ];
  const mean = outcomes.reduce((sum, [chance, loss]) => sum + chance * loss, 0);
  return { mean, variance: outcomes.reduce((sum, [chance, loss]) => sum + chance * (loss - mean) ** 2, 0) };
}

const arbitraryOdds = fc
  .tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 }))
  .map(([keep, weaken, contradict]) => {
    const all = Math.max(10, keep + weaken + contradict);
    return { keep: keep / all, weaken: weaken / all, contradict: contradict / all };
  });

function scene(acyclic: boolean) {
  return arbitraryOrg({ agents: 4, acyclic, paraphraseOnly: true }).chain((made) => {
    // No limit but rounds, wide enough that nothing is undelivered for lack of them.
    const org: Org = { ...made, limits: { ...made.limits, rounds: 12, turnsPerAgent: null, handoffs: null, outputTokens: null } };
    return fc.record({
      org: fc.constant(org),
      profile: fc.record({
        default: arbitraryOdds,
        roles: fc.dictionary(fc.constantFrom("role-0", "role-1", "role-2"), arbitraryOdds, { maxKeys: 2, noNullPrototype: true }),
        edges: fc.dictionary(fc.constantFrom(...org.handoffs.map((handoff) => handoff.id)), arbitraryOdds, {
          maxKeys: 3,
          noNullPrototype: true,
        }),
      }),
      seed: fc.nat(1_000_000),
      weights: fc.array(fc.constantFrom(0.5, 1, 2, 5), { minLength: 5, maxLength: 5 }),
      scoped: fc.boolean(),
    });
  });
}

function suiteOf(weights: number[], scoped: boolean): Suite {
  const suite = plainSuite(3, 5, (rule) => weights[rule - 1] ?? 1);
  if (scoped) for (const task of suite.tasks) for (const rule of task.ledger.slice(0, 2)) rule.scope = ["role-1", "role-2"];
  return suite;
}

async function runAndAccount(org: Org, suite: Suite, profile: Population, seed: number, repeats: number) {
  const byCall = new Map<string, Intention[]>();
  const { store, id, report } = await runExperiment({
    orgs: [org],
    suite,
    seed,
    repeats,
    population: profile,
    populationOptions: {
      onIntention: (intention) => {
        const key = `${intention.identity} ${intention.recipient}`;
        byCall.set(key, [...(byCall.get(key) ?? []), intention]);
      },
    },
  });
  const measured = store.results.edges(id);
  const runs = store.experiments.cells(id).map((cell) => {
    const events = store.runs.events(cell.runId ?? "").map((each) => each.event);
    return {
      cell,
      measured: measured.filter((row) => row.runId === cell.runId),
      account: accounts(org, suite, cell.taskId, `${cell.armId}/${cell.taskId}/${cell.repeat}`, events, byCall),
    };
  });
  return { report, runs };
}

describe("planted truth on random orgs", () => {
  it("M1 M2a M2b M3 per run and edge, the measured loss is what the population meant, computed independently", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(scene(false), async ({ org, profile, seed, weights, scoped }) => {
        const { runs, report } = await runAndAccount(org, suiteOf(weights, scoped), population(profile), seed, 2);
        expect(report.arms[0]?.runs).toBe(6);
        for (const { measured, account } of runs) {
          expect(measured.map((row) => row.edgeId).sort()).toEqual(account.edges.map((each) => each.edgeId).sort());
          for (const expected of account.edges) {
            const row = measured.find((each) => each.edgeId === expected.edgeId);
            expect(row?.handoffs).toBe(expected.messages);
            if (expected.loss === null) expect(row?.loss).toBeNull();
            else {
              compared += 1;
              expect(row?.loss).toBeCloseTo(expected.loss, 9);
              expect(row?.omitted).toBeCloseTo(expected.parts[0], 9);
              expect(row?.weakened).toBeCloseTo(expected.parts[1], 9);
              expect(row?.contradicted).toBeCloseTo(expected.parts[2], 9);
            }
          }
        }
      }),
      { seed: 20_261_123, numRuns: 40 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  it("M2a M3 M16 over enough runs, each edge's loss lies within 4 standard errors of what the odds say of what was held", async () => {
    let edges = 0;
    await fc.assert(
      fc.asyncProperty(scene(true), async ({ org, profile, seed, weights, scoped }) => {
        const { runs } = await runAndAccount(org, suiteOf(weights, scoped), population(profile), seed, 20);
        for (const handoff of org.handoffs) {
          const sender = org.agents.find((agent) => agent.id === handoff.source);
          const odds = oddsFor(population(profile), { role: sender?.role ?? "" }, handoff.id);
          let difference = 0;
          let variance = 0;
          let fired = 0;
          for (const { measured, account } of runs) {
            const edge = account.edges.find((each) => each.edgeId === handoff.id);
            // One message in the run: whether there is a second hangs on what came in, not on this edge's dice.
            if (!edge || edge.messages !== 1) continue;
            // What was told to be contradicted is passed on without dice.
            const owed = edge.rows.filter((row) => row.weight > 0 && row.held > row.has && !row.told);
            const total = owed.reduce((sum, row) => sum + row.weight * row.held, 0);
            const loss = measured.find((row) => row.edgeId === handoff.id)?.loss ?? null;
            expect(loss === null).toBe(total === 0);
            if (loss === null) continue;
            fired += 1;
            difference += loss;
            for (const row of owed) {
              const { mean, variance: spread } = byOdds(odds, row.held);
              difference -= (row.weight * mean) / total;
              variance += (row.weight / total) ** 2 * spread;
            }
          }
          if (fired < 20) continue;
          edges += 1;
          if (variance < 1e-12) expect(Math.abs(difference)).toBeLessThan(1e-6);
          else expect(Math.abs(difference) / Math.sqrt(variance)).toBeLessThan(4);
        }
      }),
      { seed: 20_261_125, numRuns: 40 },
    );
    expect(edges).toBeGreaterThan(25);
  });
});
