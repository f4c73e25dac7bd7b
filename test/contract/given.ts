/** Owns what every contract test starts from: a lab of its own, a line to it by one transport, and what a test looks at behind the line. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContractRouterClient } from "@orpc/contract";
import { orgFileText } from "#shared/org/load.ts";
import type { Contract, ExperimentChoices } from "#shared/rpc/contract.ts";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { Lab } from "#main/lab/lab.ts";
import { MIGRATIONS } from "#main/store/migrations/list.ts";
import { Store } from "#main/store/store.ts";
import { memoryStore, population } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

export type LabClient = ContractRouterClient<Contract>;

/** One line to a lab. */
export interface Connection {
  client: LabClient;
  /** Cuts the line as a crash would; null where there is no line that could be cut. */
  cut: (() => void) | null;
  close(): Promise<void>;
}

export type Connect = (lab: Lab) => Promise<Connection>;

export interface Given extends Connection {
  lab: Lab;
  /** How many watches of drafts and experiments are open in the lab. */
  watches(): number;
}

let ids = 0;

/** A lab without a folder, a key or a network. */
export function makeLab(store: Store = memoryStore(), readOnlyReason: string | null = null): Lab {
  return new Lab({
    store,
    host: "test",
    appVersion: "0.0.0-test",
    folder: null,
    readOnlyReason,
    ports: NODE_PORTS,
    anthropicKey: null,
    newId: () => `new${(ids += 1)}`,
  });
}

/** A lab whose store a second process has opened: everything can be seen and nothing changed. */
export async function makeReadOnlyLab(): Promise<{ lab: Lab; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "driftlab-contract-"));
  const file = join(folder, "driftlab.db");
  const first = Store.open({ file });
  if (!first.ok) throw new Error(first.error.code);
  await makeLab(first.store).close();
  const second = Store.open({ file, readOnly: true });
  if (!second.ok) throw new Error(second.error.code);
  return { lab: makeLab(second.store, "Another Driftlab has it."), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A lab whose database takes little more, as on a disk that is all but full. */
export function makeFullLab(): Lab {
  const opened = Store.open({ file: ":memory:", migrations: [...MIGRATIONS, "PRAGMA max_page_count = 90"] });
  if (!opened.ok) throw new Error(opened.error.code);
  return makeLab(opened.store);
}

/** Counts who waits on the lab's signals: each open watch waits on one. */
export function countWatches(lab: Lab): () => number {
  let open = 0;
  const watch = lab.drafts.watch.bind(lab.drafts);
  lab.drafts.watch = async function* (...input) {
    open += 1;
    try {
      yield* watch(...input);
    } finally {
      open -= 1;
    }
  };
  return () => open;
}

/** Brings the small test org and suite in. */
export async function importPlain(client: LabClient, tasks = 3): Promise<{ orgId: string; suiteId: string }> {
  const org = await client.orgs.import({ text: orgFileText(testOrg("Lead>Analyst>Writer")), fileName: "test.org.json" });
  const suite = await client.suites.import({ text: JSON.stringify(plainSuite(tasks, 4)), fileName: "plain.suite.json" });
  if (!org.ok || !suite.ok) throw new Error(JSON.stringify([org, suite]));
  return { orgId: org.id, suiteId: suite.suiteId };
}

export function choices(orgId: string, suiteId: string, change: Partial<ExperimentChoices> = {}): ExperimentChoices {
  return {
    orgs: [orgId],
    solos: ["one-shot"],
    suiteId,
    tasks: null,
    repeats: 4,
    connection: { kind: "simulated" },
    model: null,
    population: population({ default: { keep: 0.7, weaken: 0.1, contradict: 0.05 } }),
    seed: 7,
    axes: [],
    ...change,
  };
}

/** Starts an experiment and follows it to its end. */
export async function runToEnd(client: LabClient, chosen: ExperimentChoices): Promise<string> {
  const started = await client.experiments.start({
    choices: chosen,
    name: "Contract",
    fresh: false,
    caps: { outputTokens: null, usd: null },
  });
  if (!started.ok) throw new Error(JSON.stringify(started.problems));
  for await (const view of await client.experiments.watch({ id: started.id })) if (!view.running && view.counts.waiting === 0) break;
  return started.id;
}

/** The first `count` events of a stream. */
export async function take<T>(stream: AsyncIterable<T>, count: number): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

/** What a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code: code ?? "no code", message };
  }
  throw new Error("the call was not refused");
}
