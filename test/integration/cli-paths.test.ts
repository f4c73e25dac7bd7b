/** Which files the command means: relative ones, those without a name, and `-`. */
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import { orgFileText } from "#shared/org/load.ts";
import { DriftlabCommand, ROOT } from "#test/support/driftlab-command.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const RUN = ["run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "1"];

describe("files on the command line", () => {
  let driftlab: DriftlabCommand;
  beforeAll(async () => {
    driftlab = new DriftlabCommand();
    driftlab.put("chain.org.json", orgFileText(testOrg("A>B>C")));
    driftlab.put("plain.suite.json", plainSuite(3, 2));
    await driftlab.build();
  }, 120_000);
  afterAll(() => driftlab.remove());

  it("J through npm, which goes to the package's folder, relative paths are still those of the folder it was called from", async () => {
    // What npm sets for `npm run -s driftlab -- …`.
    const env = { npm_lifecycle_event: "driftlab", INIT_CWD: driftlab.folder };
    const { code, err } = await driftlab.begin([...RUN, "--db", "npm.db", "--json", "npm.json"], { env, cwd: ROOT }).ended;
    expect([code, err]).toEqual([0, expect.stringContaining("6 cells")]);
    expect([existsSync(driftlab.at("npm.db")), existsSync(driftlab.at("npm.json"))]).toEqual([true, true]);
    // Another script of a package that calls the command means its own folder.
    const other = await driftlab.begin(["check", "chain.org.json"], { env: { npm_lifecycle_event: "test", INIT_CWD: ROOT } }).ended;
    expect(other.code).toBe(0);
  });

  it.each(["--db", "--json", "--csv", "--model", "--suite", "--population", "--tasks", "--seed"])(
    "J %s with an empty value: one line, exit 2, nothing is run",
    async (flag) => {
      const { code, out, err } = await driftlab.run(...RUN, "--db", "empty.db", flag, "");
      expect({ code, out, err }).toEqual({ code: 2, out: "", err: `${flag} is empty: give it a value, or leave it out.\n` });
      expect(existsSync(driftlab.at("empty.db"))).toBe(false);
    },
  );

  it("J --json - writes the report to stdout and nothing else, the same as to a file", async () => {
    const { code, out } = await driftlab.run(...RUN, "--db", "dash.db", "--json", "-");
    expect(code).toBe(0);
    expect(reportSchema.parse(JSON.parse(out)).arms).toHaveLength(2);
    await driftlab.run(...RUN, "--db", "dash.db", "--json", "dash.json");
    expect(readFileSync(driftlab.at("dash.json"), "utf8")).toBe(out);
  });

  it("J without a command all of them are named", async () => {
    const { code, err } = await driftlab.run();
    expect(code).toBe(2);
    expect(err).toMatch(/^Say what to do: run, generate, check, .*handoffs.*serve\. See driftlab --help\.\n$/);
  });
});
