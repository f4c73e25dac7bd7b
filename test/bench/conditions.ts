/** Owns the conditions under which coverage is measured: an org, a population, tasks, and each figure's true value. */
import type { Interval } from "#shared/drift/types.ts";
import type { Report } from "#shared/drift/report.ts";
import type { Org } from "#shared/org/schema.ts";
import { type Odds, oddsSchema, type Population } from "#shared/population/schema.ts";
import type { Suite } from "#shared/task/schema.ts";
import { expectedLoss, expectedRetention, type Link } from "#test/bench/truth-of.ts";
import { population } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

/** One interval of a report and the value that it should hold. */
export interface Figure {
  name: "edge loss (M16)" | "org − solo, alignment (M15)" | "org − solo, asks met (M15)";
  truth: number;
  /** Where nothing can be lost M16 gives [0, U], drawn as "at most U": that cannot miss, and the goal does not speak of it. */
  cannotMiss: boolean;
  interval(report: Report): Interval | null;
}

export interface Condition {
  name: string;
  tasks: number;
  repeats: number;
  spread: number;
  org: Org;
  suite: Suite;
  population: Population;
  figures: Figure[];
}

const CONSTRAINTS = 6;
const REPEATS = 3;
/** The standard deviation of the logit of keep over tasks, where there is one. */
const SPREAD = 0.8;
const DELIVERABLE: Odds = oddsSchema.parse({ keep: 0.9, weaken: 0.05, contradict: 0 });

const PROFILES: { name: string; odds: Odds }[] = [
  { name: "small loss", odds: oddsSchema.parse({ keep: 0.95, weaken: 0.03, contradict: 0 }) },
  { name: "medium loss", odds: oddsSchema.parse({ keep: 0.7, weaken: 0.1, contradict: 0 }) },
  { name: "with contradictions", odds: oddsSchema.parse({ keep: 0.6, weaken: 0.1, contradict: 0.05 }) },
];

/** All conditions, in the order of the table. */
export function conditions(): Condition[] {
  const lossless = { name: "lossless edge", odds: oddsSchema.parse({ keep: 1 }) };
  return [
    ...PROFILES.flatMap((profile) =>
      [0, SPREAD].flatMap((spread) => [8, 12].map((tasks) => pairCondition(profile.name, profile.odds, tasks, spread))),
    ),
    ...[8, 12].map((tasks) => pairCondition(lossless.name, lossless.odds, tasks, 0)),
    secondEdgeCondition(8, 0),
    secondEdgeCondition(8, SPREAD),
  ];
}

/** Two agents, one edge. */
export function pairCondition(name: string, odds: Odds, tasks: number, spread: number): Condition {
  return condition(name, testOrg("Lead>Writer"), [odds], 0, tasks, spread);
}

/** The second edge of a chain: its sender has lost some constraints before (dropped, never weakened, so that it holds all or nothing of each). */
function secondEdgeCondition(tasks: number, spread: number): Condition {
  const [first, second] = [oddsSchema.parse({ keep: 0.8 }), oddsSchema.parse({ keep: 0.7, weaken: 0.1, contradict: 0 })];
  return condition("second edge of a chain", testOrg("Lead>Analyst>Writer"), [first, second], 1, tasks, spread);
}

/** @param edges odds of the chain's edges in order; `measured` is the one whose interval is looked at. */
function condition(name: string, org: Org, edges: readonly Odds[], measured: number, tasks: number, spread: number): Condition {
  const edgeId = org.handoffs[measured]?.id;
  const links = edges.map((odds): Link => ({ odds, spread }));
  const deliverable: Link = { odds: DELIVERABLE, spread };
  const loss = expectedLoss(links[measured] as Link);
  const comparison = (endpoint: string) => (report: Report) =>
    report.comparisons.find((each) => each.endpoint === endpoint)?.interval ?? null;
  return {
    name,
    tasks,
    repeats: REPEATS,
    spread,
    org,
    suite: plainSuite(tasks, CONSTRAINTS),
    population: population({
      default: { keep: 1 },
      edges: Object.fromEntries(org.handoffs.map(({ id }, index) => [id, edges[index]])),
      deliverable: DELIVERABLE,
      spread,
    }),
    figures: [
      {
        name: "edge loss (M16)",
        truth: loss,
        cannotMiss: loss === 0,
        interval: (report) => report.edges.find((edge) => edge.edgeId === edgeId)?.drift.interval ?? null,
      },
      {
        name: "org − solo, alignment (M15)",
        truth: expectedRetention([...links, deliverable]) - expectedRetention([deliverable]),
        cannotMiss: false,
        interval: comparison("alignment"),
      },
      // The same skill in both arms, and asks are always passed on.
      { name: "org − solo, asks met (M15)", truth: 0, cannotMiss: false, interval: comparison("effectiveness") },
    ],
  };
}
