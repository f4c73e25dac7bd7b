/** The flags of `npm start`: one clear line where one is wrong, and where the key of a server goes. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addressOf, LINUX, startCommand } from "#test/support/start-command.ts";

const { start } = startCommand();

describe("--key-env", () => {
  it("gives a compatible server its own key, in the app too, and nothing else", async () => {
    const started = start({ OWN_KEY: "own-server-key" }, ["--browser", "--key-env", "OWN_KEY"]);
    expect((await fetch(await addressOf(started))).status).toBe(200);
    if (LINUX) expect(readFileSync(`/proc/${started.child.pid}/cmdline`, "utf8")).not.toContain("own-server-key");
  });

  it.each([
    ["NOT_SET", "--key-env names NOT_SET, which is not set.\n"],
    ["sk-the-key-itself", "--key-env takes the name of an environment variable that holds the key, not the key itself.\n"],
    [
      "ANTHROPIC_API_KEY",
      "--key-env takes a compatible server's own key; ANTHROPIC_API_KEY belongs to Anthropic and is never sent elsewhere.\n",
    ],
  ])("%s: one clear line, exit code 2", async (name, line) => {
    const started = start({}, ["--key-env", name]);
    expect(await started.ended).toBe(2);
    expect([started.stdout(), started.stderr()]).toEqual(["", line]);
  });
});

describe("flags", () => {
  it.each([[["--prot", "1"]], [["--port", "many"]], [["--port", "70000"]], [["--db", ""]], [["file.json"]]])(
    "%j: one line, exit code 2",
    async (args) => {
      const started = start({}, args);
      expect(await started.ended).toBe(2);
      expect(started.stderr()).toMatch(/^[^\n]+Usage: npm start[^\n]+\n$/);
      expect(started.stdout()).toBe("");
    },
  );
});
