/** How a run from the command line ends: stopped, at a cap, failed, killed, beside another. The real command in a process of its own. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import { Store } from "#main/store/store.ts";
import { useDriftlab } from "#test/support/driftlab-command.ts";

describe("how driftlab run ends", () => {
  const { begin, driftlab, at, put } = useDriftlab();

  it("J SIGINT in the middle: exit 130, everything finished is kept, and going on gives the report of an undisturbed run", async () => {
    const args = (db: string, json: string) => [
      "run",
      "chain.org.json",
      "fork.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "100",
      "--db",
      db,
      "--json",
      json,
    ];
    const { child, ended } = begin(args("stop.db", "stopped.json"));
    child.stderr?.once("data", () => setTimeout(() => child.kill("SIGINT"), 100));
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain("Stopped");
    const partial = reportSchema.parse(JSON.parse(readFileSync(at("stopped.json"), "utf8")));
    const done = partial.arms.reduce((total, arm) => total + arm.cells.done, 0);
    expect(done).toBeLessThan(3 * 3 * 100);
    expect(existsSync(at("stop.db.lock"))).toBe(false);
    const [resumed, straight] = await Promise.all([
      driftlab(...args("stop.db", "resumed.json")),
      driftlab(...args("straight.db", "straight.json")),
    ]);
    expect(resumed.code).toBe(0);
    expect(resumed.err).toContain(`(${done} done already)`);
    expect(straight.code).toBe(0);
    expect(readFileSync(at("resumed.json"), "utf8")).toBe(readFileSync(at("straight.json"), "utf8"));
  }, 60_000);

  it("J the token cap is hard: exit 130, said, and not passed", async () => {
    const { code, err } = await driftlab(
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "40",
      "--max-output-tokens",
      "4000",
      "--db",
      "cap.db",
      "--json",
      "cap.json",
    );
    expect(code).toBe(130);
    expect(err).toContain("cap 4000 output tokens, hard");
    const report = reportSchema.parse(JSON.parse(readFileSync(at("cap.json"), "utf8")));
    expect(report.arms.reduce((total, arm) => total + (arm.outputTokens ?? Number.NaN), 0)).toBeLessThanOrEqual(4_000);
    const opened = Store.open({ file: at("cap.db"), readOnly: true });
    if (!opened.ok) throw new Error(opened.error.code);
    // What goes on in the app goes on under the same cap.
    expect(opened.store.experiments.caps(report.experiment.id)).toEqual({ outputTokens: 4_000, usd: null });
    opened.store.close();
  });

  /** A server that is busy once and then refuses the key. */
  const refusing = async (): Promise<{ server: Server; url: string; asked: IncomingHttpHeaders[] }> => {
    const asked: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers);
      request.resume().on("end", () => {
        response.writeHead(asked.length === 1 ? 529 : 401, { "content-type": "application/json", "retry-after": "0" });
        // As some servers do, it says the key back.
        response.end(
          JSON.stringify({
            type: "error",
            error: { type: "x", message: `not today, ${request.headers["x-api-key"]} ${request.headers.authorization}` },
          }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  };

  it("D J cells that fail: exit 1, retries and the first failure named; a server's own key goes to it alone and is written nowhere", async () => {
    const { server, url, asked } = await refusing();
    const { ended } = begin(
      [
        "run",
        "chain.org.json",
        "--suite",
        "./plain.suite.json",
        "--tasks",
        "t1",
        "--repeats",
        "1",
        "--solo",
        "none",
        "--connection",
        `${url}/v1`,
        "--key-env",
        "MY_KEY",
        "--db",
        "key.db",
        "--json",
        "key.json",
      ],
      { MY_KEY: "very-secret-key", ANTHROPIC_API_KEY: "sk-ant-very-secret" },
    );
    const { code, out, err } = await ended;
    server.close();
    expect(code).toBe(1);
    expect(err).toMatch(/retry 1 in \d\.\d s \(overloaded: 529: not today, [^\n]*\[key\]/);
    expect(err).toMatch(/^Nothing to show: the only cell failed with auth: 401: not today/m);
    expect(out).toBe("");
    expect(asked).toHaveLength(2);
    expect(JSON.stringify(asked)).toContain("very-secret-key");
    expect(JSON.stringify(asked)).not.toContain("sk-ant");
    const everything = out + err + readFileSync(at("key.json"), "utf8") + readFileSync(at("key.db"), "latin1");
    expect(everything).not.toContain("very-secret");
  });

  it("D J a population that names what no org of the plan has is a warning, not an error; one cell is one cell", async () => {
    const profile = put("strays.json", {
      format: "driftlab.population",
      version: 1,
      edges: { handoff_a_z: { keep: 0.5 } },
      roles: { ghost: {} },
    });
    const few = ["--tasks", "t1", "--repeats", "1", "--solo", "none"];
    const { code, err } = await driftlab(
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      ...few,
      "--population",
      profile,
      "--db",
      "strays.db",
    );
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: The population names the handoff "handoff_a_z", which no org of this plan has.*\.$/m);
    expect(err).toMatch(/^warning: The population names the role "ghost",.*\.$/m);
    expect(err).toMatch(/^1 cell \(0 done already\)/m);
  });

  it("H J a second command on one database file is refused by name while the first writes, and may read", async () => {
    const first = begin(["run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "2000", "--db", "busy.db"]);
    await new Promise((resolve) => first.child.stderr?.once("data", resolve));
    const second = await driftlab("run", "chain.org.json", "--suite", "./plain.suite.json", "--db", "busy.db");
    expect(second.code).toBe(2);
    expect(second.err).toMatch(/busy\.db is in use by another Driftlab \(process \d+\)/);
    const reading = await driftlab("report", "experiment", "--db", "busy.db");
    expect(reading.code).toBe(0);
    first.child.kill("SIGTERM");
    expect((await first.ended).code).toBe(130);
  }, 60_000);

  it("H J a command that is killed leaves a file with which the next goes on", async () => {
    const args = [
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "100",
      "--solo",
      "none",
      "--db",
      "killed.db",
      "--json",
      "killed.json",
    ];
    const first = begin(args);
    await new Promise((resolve) => first.child.stderr?.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    first.child.kill("SIGKILL");
    await first.ended;
    expect(existsSync(at("killed.db.lock"))).toBe(true);
    expect((await driftlab(...args)).code).toBe(0);
    const straight = args.map((each) => (each === "killed.db" ? "unkilled.db" : each === "killed.json" ? "unkilled.json" : each));
    expect((await driftlab(...straight)).code).toBe(0);
    expect(readFileSync(at("killed.json"), "utf8")).toBe(readFileSync(at("unkilled.json"), "utf8"));
  }, 60_000);
});
