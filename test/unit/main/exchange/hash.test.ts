import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orgFileText, loadOrg } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import { hashJson, hashOrg } from "#main/exchange/hash.ts";
import { testOrg } from "#test/support/orgs.ts";

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
const double = (bits: string) =>
  new DataView(Uint8Array.from(bits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)).buffer).getFloat64(0);

describe("canonical JSON", () => {
  it("H RFC 8785 §3.2.2: literals, numbers and texts", () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    const canonical =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    expect(hashJson(value)).toBe(sha256(canonical));
  });

  it("H RFC 8785 §3.2.3: names are sorted by UTF-16 code units", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"] as const;
    expect(hashJson(value)).toBe(sha256(`{${order.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value[name])}`).join(",")}}`));
  });

  it.each<[string, string]>([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("H RFC 8785 appendix B: %s is written %s", (bits, text) => {
    expect(hashJson([double(bits)])).toBe(sha256(`[${text}]`));
  });

  it("H the order of names never matters, at any depth", () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([name, each]) => [name, turned(each)]),
            )
          : value;
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(hashJson(turned(value))).toBe(hashJson(value));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("H a field that is undefined is absent, as it is in a file", () => {
    expect(hashJson({ a: 1, b: undefined })).toBe(hashJson({ a: 1 }));
  });
});

describe("content hash of an org", () => {
  const org: Org = { ...testOrg("A>B>C"), groups: [], notes: [] };
  const changed = (change: (copy: Org) => void) => {
    const copy = structuredClone(org);
    change(copy);
    return hashOrg(copy);
  };
  const first = <T>(list: T[]): T => list[0] as T;

  it.each<[string, (copy: Org) => void]>([
    [
      "position",
      (copy) => {
        first(copy.agents).position = { x: 500, y: -3 };
      },
    ],
    [
      "an agent's notes",
      (copy) => {
        first(copy.agents).notes = "Ask Bob";
      },
    ],
    [
      "notes on the canvas",
      (copy) => {
        copy.notes = [{ id: "n", text: "x", position: { x: 0, y: 0 } }];
      },
    ],
    [
      "groups",
      (copy) => {
        copy.groups = [{ id: "g", label: "Team", agents: ["agent_a"] }];
      },
    ],
    [
      "labels",
      (copy) => {
        first(copy.handoffs).label = "weekly";
      },
    ],
    [
      "the Driftlab that wrote it",
      (copy) => {
        copy.appVersion = "9.9.9";
      },
    ],
  ])("H %s does not change it", (_name, change) => {
    expect(changed(change)).toBe(hashOrg(org));
  });

  it.each<[string, (copy: Org) => void]>([
    [
      "a name",
      (copy) => {
        copy.name = "Other";
      },
    ],
    [
      "an agent's name",
      (copy) => {
        first(copy.agents).name = "Other";
      },
    ],
    [
      "an agent's id",
      (copy) => {
        first(copy.agents).id = "other";
      },
    ],
    [
      "a role",
      (copy) => {
        first(copy.agents).role = "other";
      },
    ],
    [
      "instructions",
      (copy) => {
        first(copy.agents).instructions += " ";
      },
    ],
    [
      "a model",
      (copy) => {
        first(copy.agents).model = "other";
      },
    ],
    [
      "the default model",
      (copy) => {
        copy.defaults.model = "other";
      },
    ],
    [
      "a setting",
      (copy) => {
        first(copy.agents).settings = { temperature: 0.1 };
      },
    ],
    [
      "memory",
      (copy) => {
        first(copy.agents).memory = false;
      },
    ],
    [
      "tools",
      (copy) => {
        first(copy.agents).tools = ["x"];
      },
    ],
    [
      "who has the brief",
      (copy) => {
        (copy.agents[1] as Org["agents"][number]).receivesBrief = true;
      },
    ],
    [
      "who delivers",
      (copy) => {
        (copy.agents[1] as Org["agents"][number]).delivers = true;
      },
    ],
    [
      "the order of agents",
      (copy) => {
        copy.agents.reverse();
      },
    ],
    [
      "a handoff",
      (copy) => {
        copy.handoffs.pop();
      },
    ],
    [
      "a relay",
      (copy) => {
        first(copy.handoffs).relay = "verbatim";
      },
    ],
    [
      "a kind",
      (copy) => {
        first(copy.handoffs).kind = "vote";
      },
    ],
    [
      "a limit",
      (copy) => {
        copy.limits.rounds = 11;
      },
    ],
    [
      "a field nobody knows",
      (copy) => {
        (first(copy.agents) as Record<string, unknown>).mood = "good";
      },
    ],
  ])("H %s changes it", (_name, change) => {
    expect(changed(change)).not.toBe(hashOrg(org));
  });

  it("H it survives a file", () => {
    const loaded = loadOrg(orgFileText(org), "x.org.json");
    expect(loaded.ok && hashOrg(loaded.value)).toBe(hashOrg(org));
  });

  it("H a name with half a surrogate pair, which a JSON file can hold, still has a hash", () => {
    const loaded = loadOrg(orgFileText(org).replace('"Test org"', '"Test \\ud800 org"'), "x.org.json");
    expect(loaded.ok && hashOrg(loaded.value)).toMatch(/^[0-9a-f]{64}$/);
  });
});
