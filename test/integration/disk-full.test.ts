import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { orgFileText } from "#shared/org/load.ts";
import { Runner } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { MIGRATIONS } from "#main/store/migrations/list.ts";
import { storeErrorSentence } from "#main/store/open.ts";
import { Store } from "#main/store/store.ts";
import { resultsOf } from "#test/support/crash-chain.ts";
import { prepare } from "#test/support/crash-job.ts";
import { crashPlan } from "#test/support/crash-plans.ts";
import { byIdentity, CrashWatch } from "#test/support/crash-watch.ts";
import { memoryStore, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

/* The disk fills up in the middle of everything: what was stored stays, and it goes on once there is room. */

const NO_CAPS = { outputTokens: null, usd: null };
const PLAN = crashPlan(3);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-full-"));
});
afterEach(() => {
  spawnSync("umount", ["-l", join(folder, "disk")]);
  rmSync(folder, { recursive: true, force: true });
});

const runnerOn = (store: Store, requests: string[] = []) =>
  new Runner({
    store,
    secrets: { anthropicKey: () => null, serverKey: () => null },
    prices: () => BUILT_IN_PRICES,
    ports: testPorts(),
    population: {
      faults: (identity) => {
        requests.push(`${PLAN.seed} ${identity}`);
        return null;
      },
    },
  });

async function undisturbed(): Promise<string> {
  const store = memoryStore();
  const id = prepare(store, PLAN);
  await runnerOn(store).start(id, { caps: NO_CAPS });
  return resultsOf(store, id);
}

const open = (file: string, migrations: readonly string[]) => {
  const opened = Store.open({ file, migrations });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.store;
};

/** A disk of its own, so small that it can be filled; null where that is not allowed. */
function smallDisk(): string | null {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  return process.platform === "linux" && spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", disk]).status === 0 ? disk : null;
}

const SENTENCE = (file: string) =>
  `The disk is full: nothing more can be written to the database ${file}. Make room, then start again to go on; everything that was stored before is kept.`;

/** Runs an experiment into the full disk twice, makes room, and runs it to its end; its results. */
async function fillThenGoOn(file: string, store: Store, makeRoom: () => Store, migrations = MIGRATIONS): Promise<string> {
  const id = prepare(store, PLAN);
  const watch = new CrashWatch(byIdentity, migrations);
  for (const time of ["first", "again"]) {
    const requests: string[] = [];
    const end = await runnerOn(store, requests).start(id, { caps: NO_CAPS });
    expect(end, time).toEqual({ end: "failed", message: SENTENCE(file) });
    watch.asked(requests);
    watch.look(file, false);
    expect(watch.broken).toEqual([]);
  }
  expect(watch.callsEnded).toBeGreaterThan(0);
  expect(store.experiments.counts(id).failed).toBe(0);
  const roomy = makeRoom();
  const requests: string[] = [];
  expect(await runnerOn(roomy, requests).start(id, { caps: NO_CAPS })).toEqual({ end: "finished", message: null });
  watch.asked(requests);
  watch.look(file, false);
  expect(watch.broken).toEqual([]);
  const results = resultsOf(roomy, id);
  roomy.close();
  return results;
}

describe("a full disk", () => {
  // Where the database is full is where the disk would be: after so many pages of 4 KiB.
  it.each([90, 140, 200])("J at %d pages the experiment fails in one sentence, keeps what it has, and goes on", async (pages) => {
    const file = join(folder, "lab.db");
    // Runs when the file is made and never again: opened anew, there is room.
    const migrations = [...MIGRATIONS, `PRAGMA max_page_count = ${pages}`];
    const store = open(file, migrations);
    const makeRoom = () => {
      store.close();
      return open(file, migrations);
    };
    expect(await fillThenGoOn(file, store, makeRoom, migrations)).toBe(await undisturbed());
  });

  it("J a real one: the same process goes on as soon as something else has been deleted", async (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip("no disk can be mounted here");
    const file = join(disk, "lab.db");
    const store = open(file, MIGRATIONS);
    writeFileSync(join(disk, "ballast"), Buffer.alloc(24_000_000));
    const makeRoom = () => {
      rmSync(join(disk, "ballast"));
      return store;
    };
    expect(await fillThenGoOn(file, store, makeRoom)).toBe(await undisturbed());
  });

  it("J a real one that is full before the database is made: it is said, and nothing is left that stands in the way", (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip("no disk can be mounted here");
    const file = join(disk, "lab.db");
    const left = spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "ballast")}`, "bs=4096"]);
    expect(left.stderr.toString()).toContain("No space left");
    const refused = Store.open({ file });
    expect(refused).toEqual({ ok: false, error: { code: "disk-full", file } });
    if (!refused.ok) expect(storeErrorSentence(refused.error)).toMatch(/^The disk is full: .*Make room/);
    rmSync(join(disk, "ballast"));
    open(file, MIGRATIONS).close();
  });
});

describe("an export to a full disk", () => {
  const command = join(import.meta.dirname, "..", "..", "main", "hosts", "launch", "driftlab.mjs");
  const driftlab = (args: string[], stdout: "pipe" | number = "pipe") =>
    spawnSync(process.execPath, [command, ...args], {
      env: { PATH: process.env.PATH, HOME: folder, DRIFTLAB_DATA: join(folder, "data") },
      stdio: ["ignore", stdout, "pipe"],
      encoding: "utf8",
    });
  const run = (repeats: number, json: string) => {
    const org = join(folder, "chain.org.json");
    const suite = join(folder, "plain.suite.json");
    writeFileSync(org, orgFileText(testOrg("A>B")));
    writeFileSync(suite, JSON.stringify(plainSuite(2, 2)));
    return driftlab(["run", org, "--suite", suite, "--repeats", String(repeats), "--db", join(folder, "cli.db"), "--json", json]);
  };

  beforeAll(() => {
    // The first command builds where sources are newer than the last build.
    const { status, stderr } = driftlab(["--version"]);
    if (status !== 0) throw new Error(`the command does not start: ${stderr}`);
  }, 180_000);

  it("J --json: one sentence, an earlier report as it was, no half one, and the results in the database", (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip("no disk can be mounted here");
    const json = join(disk, "report.json");
    expect(run(1, json).status).toBe(0);
    const before = readFileSync(json, "utf8");
    spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "ballast")}`, "bs=4096"]);
    const full = run(2, json);
    expect(full.status).toBe(2);
    expect(full.stderr).toMatch(/report\.json cannot be written: ENOSPC: .*The results are in the database\.\n$/);
    expect(full.stderr).not.toMatch(/\n\s+at /);
    expect(readFileSync(json, "utf8")).toBe(before);
    expect(readdirSync(disk).sort()).toEqual(["ballast", "report.json"]);
    // The same command finds everything done and writes it out, once there is room.
    rmSync(join(disk, "ballast"));
    const again = run(2, json);
    expect(again.status).toBe(0);
    expect(again.stderr).toContain("nothing left to do");
    expect(readFileSync(json, "utf8")).not.toBe(before);
  });

  it.skipIf(!existsSync("/dev/full"))("J a report that goes to a full disk by a pipe or as a file ends in one sentence", () => {
    const toDevice = run(1, "/dev/full");
    expect(toDevice.status).toBe(2);
    expect(toDevice.stderr).toMatch(/\/dev\/full cannot be written: ENOSPC: .*The results are in the database\.\n$/);
    const full = openSync("/dev/full", "w");
    const report = driftlab(["report", "--db", join(folder, "cli.db")], full);
    closeSync(full);
    expect(report.status).toBe(1);
    expect(report.stderr).toMatch(/^The output cannot be written: ENOSPC: .*\n$/);
    expect(driftlab(["report", "--db", join(folder, "cli.db")]).stdout).toContain("experiment_");
  });
});
