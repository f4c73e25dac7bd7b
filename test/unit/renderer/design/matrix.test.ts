import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps } from "#shared/org/edit.ts";
import { RELAYS, type Handoff } from "#shared/org/schema.ts";
import { LETTERS, matrixOf, relayOfLetter, setCell } from "#renderer/design/matrix-view/matrix-view-model.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

describe("the matrix of a design", () => {
  it("has a letter exactly where there is a handoff, and counts who sends and receives", () => {
    fc.assert(
      fc.property(arbitraryOrg({ agents: 7 }), (org) => {
        const matrix = matrixOf(org);
        for (const [row, source] of org.agents.entries())
          for (const [column, target] of org.agents.entries()) {
            const handoff = org.handoffs.find((each) => each.source === source.id && each.target === target.id);
            expect(matrix.rows[row]?.cells[column]?.letter).toBe(handoff ? LETTERS[handoff.relay] : "");
          }
        const total = (counts: number[]) => counts.reduce((sum, each) => sum + each, 0);
        expect(total(matrix.sends)).toBe(org.handoffs.length);
        expect(total(matrix.receives)).toBe(org.handoffs.length);
      }),
    );
  });

  it("comes to what a cell was set to, and to nothing else", () => {
    fc.assert(
      fc.property(arbitraryOrg({ agents: 6 }), fc.nat(), fc.nat(), fc.constantFrom(...RELAYS, null), (org, from, to, relay) => {
        const [row, column] = [from % org.agents.length, to % org.agents.length];
        const [source, target] = [org.agents[row], org.agents[column]];
        const edit = setCell(org, source?.id ?? "", target?.id ?? "", relay);
        const before = matrixOf(org).rows.map((each) => each.cells.map((cell) => cell.letter));
        const after = matrixOf(applyOps(org, edit?.ops ?? [])).rows.map((each) => each.cells.map((cell) => cell.letter));
        const wanted = before.map((cells, at) =>
          cells.map((letter, where) => (at === row && where === column && row !== column ? (relay ? LETTERS[relay] : "") : letter)),
        );
        expect(after).toEqual(wanted);
        // An edit where nothing changes would be an undo step that undoes nothing.
        expect(edit === null).toBe(JSON.stringify(before) === JSON.stringify(wanted));
      }),
    );
  });

  it("shows what cannot run and what is there twice, and says so in words", () => {
    const org = testOrg("Lead>Writer", (made) => {
      const first = made.handoffs[0] as Handoff;
      return { ...made, handoffs: [{ ...first, id: "h_tool", kind: "tool" }, first, { ...first, id: "h_again" }] };
    });
    const cell = matrixOf(org).rows[0]?.cells[1];
    expect(cell).toMatchObject({ letter: "P", count: 3, says: "Lead → Writer: paraphrase; 3 handoffs" });
    const tool = { ...org, handoffs: org.handoffs.slice(0, 1) };
    expect(matrixOf(tool).rows[0]?.cells[1]).toMatchObject({ letter: "?", says: expect.stringContaining("cannot run here") as string });
    expect(matrixOf(org).rows[1]?.cells[0]?.says).toBe("Writer → Lead: no handoff");
  });

  it("names its undo steps", () => {
    const org = testOrg("Lead>Writer");
    const [lead, writer] = org.agents.map((agent) => agent.id) as [string, string];
    expect(setCell(org, writer, lead, "paraphrase")?.name).toBe("connect Writer → Lead");
    expect(setCell(org, lead, writer, "verbatim")?.name).toBe("hand off Lead → Writer by verbatim");
    expect(setCell(org, lead, writer, null)?.name).toBe("delete Lead → Writer");
    expect(relayOfLetter("b")).toBe("paraphrase+brief");
    expect(relayOfLetter("x")).toBeNull();
  });
});
