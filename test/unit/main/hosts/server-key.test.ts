/** Proves which keys --key-env takes: a compatible server's own, never one of Anthropic's, and no sentence repeats one (D). */
import { describe, expect, it } from "vitest";
import { readServerKey } from "#main/hosts/launch/server-key.mjs";

describe("--key-env", () => {
  it("D takes the value of the variable that it names", () => {
    expect(readServerKey("MY_KEY", { MY_KEY: " own-key\n" })).toEqual({ ok: true, key: "own-key" });
    expect(readServerKey("MY_KEY", {})).toMatchObject({ ok: false });
  });

  it.each([
    ["MY_KEY", { MY_KEY: "the-very-key", ANTHROPIC_API_KEY: "the-very-key" }],
    ["MY_KEY", { MY_KEY: "sk-ant-another-key" }],
    ["ANTHROPIC_AUTH_TOKEN", { ANTHROPIC_AUTH_TOKEN: "a-token" }],
  ])("D refuses Anthropic's own, under whatever name: %s %o", (name, env) => {
    const read = readServerKey(name, env);
    expect(read).toMatchObject({ ok: false, message: expect.stringContaining("never sent elsewhere") });
    for (const value of Object.values(env)) expect(JSON.stringify(read)).not.toContain(value);
  });
});
