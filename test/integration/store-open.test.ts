/** Opening the database file: who else has it, its version, its backup, what is not a database. Real files, real processes. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MIGRATIONS } from "#main/store/migrations/list.ts";
import { openStore, storeErrorSentence } from "#main/store/open.ts";
import { Store } from "#main/store/store.ts";
import { prepareTestExperiment } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-open-"));
  file = join(folder, "deep", "test.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: { readOnly?: boolean } = {}): Store {
  const opened = Store.open({ file, ...options });
  if (!opened.ok) throw new Error(storeErrorSentence(opened.error));
  return opened.store;
}

/** Something to lose: one experiment. */
const filled = (store: Store) => prepareTestExperiment(store, { orgs: [testOrg("A>B")], suite: plainSuite(1, 1), repeats: 1 });

describe("opening the database file", () => {
  it("H a second opening is refused in one clear sentence and can read; when the first has gone it can write", () => {
    const first = open();
    filled(first);
    const second = Store.open({ file });
    expect(second).toMatchObject({ ok: false, error: { code: "in-use", pid: process.pid } });
    if (!second.ok) expect(storeErrorSentence(second.error)).toContain("read-only");
    const reader = open({ readOnly: true });
    expect(reader.readOnly).toBe(true);
    expect(reader.experiments.list()).toHaveLength(1);
    expect(() => reader.experiments.rename(reader.experiments.list()[0]?.id ?? "", "x")).toThrow(/readonly/);
    reader.close();
    first.close();
    open().close();
  });

  it("H a reader does not take the writer's lock away", () => {
    const first = open();
    open({ readOnly: true }).close();
    expect(Store.open({ file })).toMatchObject({ ok: false, error: { code: "in-use" } });
    first.close();
  });

  it("H a lock left by a process that died is taken over", () => {
    open().close();
    for (const left of ["999999999", "", "not a number"]) {
      writeFileSync(`${file}.lock`, left);
      const opened = Store.open({ file });
      expect(opened.ok, left).toBe(true);
      if (opened.ok) opened.store.close();
    }
  });

  it("H WAL, foreign keys on", () => {
    const opened = openStore({ file });
    if (!opened.ok) throw new Error("not open");
    expect(opened.store.db.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(opened.store.db.pragma("foreign_keys", { simple: true })).toBe(1);
    opened.store.close();
  });

  it("H a newer file is refused with both versions named, and left as it was", () => {
    open().close();
    const raw = new Database(file);
    raw.pragma(`user_version = ${MIGRATIONS.length + 4}`);
    raw.close();
    for (const readOnly of [false, true]) {
      const opened = Store.open({ file, readOnly });
      expect(opened).toMatchObject({ ok: false, error: { code: "newer-file", found: MIGRATIONS.length + 4, known: MIGRATIONS.length } });
    }
    expect(readdirSync(join(folder, "deep")).filter((name) => name.endsWith(".lock") || name.endsWith(".bak"))).toEqual([]);
  });

  it("H each migration runs once in its own transaction, and the file is backed up before", () => {
    const store = open();
    filled(store);
    store.close();
    const migrations = [...MIGRATIONS, "CREATE TABLE extra (a INTEGER); INSERT INTO extra VALUES (1);", "INSERT INTO extra VALUES (2);"];
    const opened = openStore({ file, migrations });
    if (!opened.ok) throw new Error(storeErrorSentence(opened.error));
    expect(opened.store.db.prepare("SELECT a FROM extra ORDER BY a").pluck().all()).toEqual([1, 2]);
    expect(opened.store.db.pragma("user_version", { simple: true })).toBe(migrations.length);
    opened.store.close();
    const [backup] = readdirSync(join(folder, "deep")).filter((name) => name.endsWith(".bak"));
    const copy = new Database(join(folder, "deep", backup ?? ""), { readonly: true });
    expect(copy.pragma("user_version", { simple: true })).toBe(MIGRATIONS.length);
    expect(copy.prepare("SELECT COUNT(*) FROM experiments").pluck().get()).toBe(1);
    copy.close();
    const again = openStore({ file, migrations });
    expect(again.ok).toBe(true);
    if (again.ok) {
      expect(again.store.db.prepare("SELECT COUNT(*) FROM extra").pluck().get()).toBe(2);
      again.store.close();
    }
  });

  it("H a migration that fails leaves the file at the version before it, and no lock", () => {
    open().close();
    const broken = openStore({ file, migrations: [...MIGRATIONS, "CREATE TABLE extra (a INTEGER); INSERT INTO nowhere VALUES (1);"] });
    expect(broken).toMatchObject({ ok: false, error: { code: "cannot-open" } });
    const store = open();
    store.close();
    const raw = new Database(file, { readonly: true });
    expect(raw.prepare("SELECT COUNT(*) FROM sqlite_master WHERE name = 'extra'").pluck().get()).toBe(0);
    raw.close();
  });

  it("H what is no database, and what cannot be opened, is said", () => {
    mkdirSync(join(folder, "deep"));
    writeFileSync(file, "This is a letter to my aunt, not a database. ".repeat(50));
    expect(Store.open({ file })).toMatchObject({ ok: false, error: { code: "not-a-database" } });
    expect(Store.open({ file: folder })).toMatchObject({ ok: false, error: { code: "cannot-open" } });
    expect(Store.open({ file: join(folder, "none.db"), readOnly: true })).toMatchObject({ ok: false, error: { code: "cannot-open" } });
    expect(readdirSync(join(folder, "deep")).filter((name) => name.endsWith(".lock"))).toEqual([]);
  });

  it("H reading an empty file says what it is instead of failing later", () => {
    mkdirSync(join(folder, "deep"));
    writeFileSync(file, "");
    expect(Store.open({ file, readOnly: true })).toMatchObject({ ok: false, error: { code: "not-a-database" } });
  });

  it("H a link to the file is the same file", () => {
    const first = open();
    const link = join(folder, "link.db");
    symlinkSync(file, link);
    expect(Store.open({ file: link })).toMatchObject({ ok: false, error: { code: "in-use", pid: process.pid } });
    first.close();
  });

  it("H a process that dies holds it no longer, whoever has its number since; one that lives does", async () => {
    open().close();
    const holder = await holding();
    expect(Store.open({ file })).toMatchObject({ ok: false, error: { code: "in-use", pid: holder.pid } });
    holder.kill();
    await holder.gone;
    const raw = new Database(`${file}.lock`);
    // As after a start of the machine, where the number has gone to somebody else.
    raw.prepare("UPDATE holder SET pid = ?").run(process.ppid);
    raw.close();
    open().close();
  });

  it("H of many processes that open it at once exactly one writes, also where a dead one has left its lock", async () => {
    open().close();
    for (const left of [false, true]) {
      if (left) {
        const dead = await holding();
        dead.kill();
        await dead.gone;
      }
      const tries = await Promise.all(Array.from({ length: 6 }, () => opener()));
      expect(tries.map((each) => each.said).toSorted()).toEqual(["held", "in-use", "in-use", "in-use", "in-use", "in-use"]);
      for (const each of tries) each.kill();
      await Promise.all(tries.map((each) => each.gone));
    }
  }, 60_000);

  it("H the backup holds what stands in the log, though somebody reads an older state", () => {
    const migrations = [...MIGRATIONS, "CREATE TABLE extra (a INTEGER);"];
    const store = open();
    const reader = new Database(file, { readonly: true });
    reader.exec("BEGIN");
    reader.prepare("SELECT COUNT(*) FROM experiments").get();
    filled(store);
    store.close();
    const opened = openStore({ file, migrations });
    if (!opened.ok) throw new Error(storeErrorSentence(opened.error));
    opened.store.close();
    reader.close();
    const [backup] = readdirSync(join(folder, "deep")).filter((name) => name.endsWith(".bak"));
    const copy = new Database(join(folder, "deep", backup ?? ""), { readonly: true });
    expect(copy.prepare("SELECT COUNT(*) FROM experiments").pluck().get()).toBe(1);
    copy.close();
  });

  it("H a file of an older version cannot be read before it was opened for writing, and that is said", () => {
    open().close();
    const raw = new Database(file);
    raw.pragma("user_version = 1");
    raw.close();
    const opened = Store.open({ file, readOnly: true });
    expect(opened).toMatchObject({ ok: false, error: { code: "older-file", found: 1, known: MIGRATIONS.length } });
    if (!opened.ok) expect(storeErrorSentence(opened.error)).toMatch(/version 1.*Open it for writing once/);
  });
});

interface Opener {
  /** `held`, or why not. */
  said: string;
  pid: number | undefined;
  kill(): void;
  gone: Promise<unknown>;
}

/** Another process that opens the file and keeps it open. */
async function opener(): Promise<Opener> {
  const program = `
    import { openStore } from "#main/store/open.ts";
    const opened = openStore({ file: process.argv[1] });
    console.log(opened.ok ? "held" : opened.error.code);
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, file], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const said = await new Promise<string>((resolve) => child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim())));
  return { said, pid: child.pid, kill: () => void child.kill("SIGKILL"), gone };
}

async function holding(): Promise<Opener> {
  const one = await opener();
  expect(one.said).toBe("held");
  return one;
}
