/** Owns the tests of typed text becoming edits: nothing is lost, and one visit to a field is one undo step. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps } from "#shared/org/edit.ts";
import { setText } from "#renderer/design/inspector/agent-edits.ts";
import { changeBetween, estimatedTokens, MOST_HELD_MS, PAUSE_MS, TextSession } from "#renderer/design/inspector/text-session.ts";
import { Draft } from "#renderer/state/draft.ts";
import { FakeLab, settle } from "#test/unit/renderer/state/fake-lab.ts";
import { testOrg } from "#test/support/orgs.ts";

/** A session on a clock of its own. */
function field(shown = "") {
  let now = 1_000;
  let timer: { at: number; ring(): void } | null = null;
  const committed: { text: string; sessionMs: number }[] = [];
  const session = new TextSession(shown, {
    commit: (text, sessionMs) => committed.push({ text, sessionMs }),
    nowMs: () => now,
    later: (then, ms) => {
      const mine = { at: now + ms, ring: then };
      timer = mine;
      return () => {
        if (timer === mine) timer = null;
      };
    },
  });
  const wait = (ms: number) => {
    const until = now + ms;
    while (timer && timer.at <= until) {
      const { at, ring } = timer;
      timer = null;
      now = at;
      ring();
    }
    now = until;
  };
  return { session, wait, committed, texts: () => committed.map((each) => each.text) };
}

describe("typed text", () => {
  it("becomes an edit after a pause, not at each key", () => {
    const { session, wait, texts } = field();
    for (const text of ["a", "ab", "abc"]) {
      session.typed(text);
      wait(PAUSE_MS - 1);
    }
    expect(texts()).toEqual([]);
    wait(1);
    expect(texts()).toEqual(["abc"]);
    wait(10 * PAUSE_MS);
    expect(texts()).toEqual(["abc"]);
  });

  it("becomes one at the latest after some seconds, however steadily it is typed", () => {
    const { session, wait, texts } = field();
    for (let count = 1; count * 100 <= MOST_HELD_MS; count += 1) {
      session.typed("x".repeat(count));
      wait(100);
    }
    expect(texts()).toHaveLength(1);
  });

  it("becomes one at once where the field is left, and nothing twice", () => {
    const { session, wait, texts } = field("old");
    session.typed("new");
    session.end();
    session.end();
    wait(MOST_HELD_MS);
    expect(texts()).toEqual(["new"]);
  });

  it("belongs to one session until the field is left", () => {
    const { session, wait, committed } = field();
    session.typed("a");
    wait(5_000);
    session.typed("ab");
    wait(5_000);
    session.end();
    session.typed("abc");
    session.end();
    const [first, second, third] = committed.map((each) => each.sessionMs);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("goes before what comes in from the design, which otherwise is shown", () => {
    const { session, wait } = field("old");
    expect(session.takes("old")).toBe(false);
    expect(session.takes("from another tab")).toBe(true);
    session.typed("mine");
    expect(session.takes("from another tab")).toBe(false);
    wait(PAUSE_MS);
    expect(session.takes("mine")).toBe(false);
    expect(session.takes("undone")).toBe(true);
  });

  it("property: whatever comes, the last text typed is the last edit once the field is left", () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant("type" as const), text: fc.string({ maxLength: 5 }) }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 2 * MOST_HELD_MS }) }),
      fc.record({ kind: fc.constant("leave" as const) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const { session, wait, texts } = field("start");
        let shown = "start";
        for (const each of acts) {
          if (each.kind === "type") {
            session.typed(each.text);
            shown = each.text;
          } else if (each.kind === "wait") wait(each.ms);
          else session.end();
        }
        session.end();
        expect(["start", ...texts()].at(-1)).toBe(shown);
      }),
    );
  });

  it("is one undo step of the design for one visit, with pauses as long as they may be", async () => {
    const lab = new FakeLab(testOrg("Lead>Writer"));
    const draft = new Draft(lab.link(), "org_1");
    lab.connect();
    await settle();
    await lab.quiesce();
    const org = () => {
      const now = draft.store.getState().org;
      if (!now) throw new Error("no design");
      return now;
    };
    const write = (text: string, sessionMs: number) => draft.edit(setText(org(), "agent_lead", "base", text, sessionMs), sessionMs);
    write("One", 1_000);
    write("One, two", 1_000);
    write("Another visit", 90_000);
    expect(draft.store.getState().undo).toHaveLength(2);
    draft.undo();
    expect(org().agents[0]?.instructions).toBe("One, two");
    draft.undo();
    expect(org().agents[0]?.instructions).toBe("You are Lead.");
    draft.close();
  });
});

describe("variants", () => {
  it("are set one at a time, and an empty one is none", () => {
    const org = testOrg("Lead>Writer");
    const both = applyOps(org, setText(org, "agent_lead", "red-team", "Be contrary.", 1).ops);
    expect(both.agents[0]?.variants).toEqual({ "red-team": "Be contrary." });
    const more = applyOps(both, setText(both, "agent_lead", "goal-pressed", "Hurry.", 2).ops);
    const left = applyOps(more, setText(more, "agent_lead", "red-team", "", 3).ops);
    expect(left.agents[0]?.variants).toEqual({ "goal-pressed": "Hurry." });
    expect(left.agents[0]?.instructions).toBe("You are Lead.");
  });
});

describe("the change between two texts", () => {
  it("property: makes the one of the other, and is empty where they are the same", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "b", "\n") }),
        fc.string({ unit: fc.constantFrom("a", "b", "\n") }),
        (before, after) => {
          const { from, to, insert } = changeBetween(before, after);
          expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
          expect(changeBetween(after, after)).toMatchObject({ insert: "" });
        },
      ),
    );
  });

  it("leaves alone what is the same at both ends, so that a cursor there stays", () => {
    expect(changeBetween("one two three", "one 2 three")).toEqual({ from: 4, to: 7, insert: "2" });
  });
});

describe("the estimate of tokens", () => {
  it("grows with the text, is nothing for none, and counts letters of other scripts as more", () => {
    expect(estimatedTokens("")).toBe(0);
    expect(estimatedTokens("a".repeat(300))).toBe(100);
    expect(estimatedTokens("漢字".repeat(50))).toBe(100);
  });
});
