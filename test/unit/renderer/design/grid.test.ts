import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps } from "#shared/org/edit.ts";
import { orgSchema, type Agent, type Handoff } from "#shared/org/schema.ts";
import { AGENT_COLUMNS, HANDOFF_COLUMNS } from "#renderer/design/table/columns-view-model.ts";
import { type At, type CellValue, type Column, moved, nextSorting, shownRows, writes } from "#renderer/design/table/grid-view-model.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

const plain = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });
const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"] as const;

describe("keys in a grid", () => {
  it("never lead out of it, whatever is pressed in whichever order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(-1, 0),
        fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.boolean())),
        (rows, columns, firstRow, presses) => {
          let at: At = { row: firstRow, column: 0 };
          for (const [key, ctrl] of presses) {
            at = moved(at, plain(key, ctrl), { rows, columns, firstRow }) ?? at;
            expect(at.row).toBeGreaterThanOrEqual(firstRow);
            expect(at.row).toBeLessThanOrEqual(Math.max(rows - 1, firstRow));
            expect(at.column).toBeGreaterThanOrEqual(0);
            expect(at.column).toBeLessThan(columns);
          }
        },
      ),
    );
  });

  it("go to the ends with Home, End and Ctrl, and from the first row up into the header", () => {
    const extent = { rows: 20, columns: 5, firstRow: -1 };
    const from = { row: 7, column: 2 };
    expect(moved(from, plain("Home"), extent)).toEqual({ row: 7, column: 0 });
    expect(moved(from, plain("End"), extent)).toEqual({ row: 7, column: 4 });
    expect(moved(from, plain("Home", true), extent)).toEqual({ row: 0, column: 0 });
    expect(moved(from, plain("End", true), extent)).toEqual({ row: 19, column: 4 });
    expect(moved(from, plain("PageDown"), extent)).toEqual({ row: 17, column: 2 });
    expect(moved({ row: 0, column: 2 }, plain("ArrowUp"), extent)).toEqual({ row: -1, column: 2 });
    expect(moved(from, plain("Enter"), extent)).toBeNull();
  });

  it("write where they are one sign without a command", () => {
    for (const key of ["a", "Ä", "1", "?", "漢", "🧭"]) expect(writes(plain(key))).toBe(true);
    for (const press of [plain("a", true), plain("Enter"), plain(" "), { ...plain("a"), metaKey: true }]) expect(writes(press)).toBe(false);
    expect(writes({ ...plain("@", true), altKey: true })).toBe(true);
  });
});

describe("rows of the table", () => {
  const org = testOrg("Zoe>Member10>Member2>ann");
  const names = (rows: readonly Agent[]) => rows.map((agent) => agent.name);

  it("are sorted as people sort, up, down, and back to the design's order", () => {
    const up = nextSorting(null, "name");
    const down = nextSorting(up, "name");
    const show = (sorting: typeof up) => names(shownRows(org.agents, AGENT_COLUMNS, org, { filter: "", sorting }));
    expect(show(up)).toEqual(["ann", "Member2", "Member10", "Zoe"]);
    expect(show(down)).toEqual(["Zoe", "Member10", "Member2", "ann"]);
    expect(nextSorting(down, "name")).toBeNull();
    expect(nextSorting(up, "role")).toEqual({ columnId: "role", descending: false });
    expect(show(null)).toEqual(names(org.agents));
  });

  it("stay where every word of the filter is somewhere in the row; handoffs by the names at their ends", () => {
    const agents = (filter: string) => names(shownRows(org.agents, AGENT_COLUMNS, org, { filter, sorting: null }));
    expect(agents("MEMBER")).toEqual(["Member10", "Member2"]);
    expect(agents("you are zoe")).toEqual(["Zoe"]);
    expect(agents("member nobody")).toEqual([]);
    const handoffs = shownRows(org.handoffs, HANDOFF_COLUMNS, org, { filter: "zoe paraphrase", sorting: null });
    expect(handoffs.map((handoff) => handoff.source)).toEqual([org.agents[0]?.id]);
  });
});

describe("cells of the table", () => {
  const column = <Row>(columns: readonly Column<Row>[], id: string): Column<Row> => {
    const found = columns.find((each) => each.id === id);
    if (!found) throw new Error(`no column ${id}`);
    return found;
  };

  it("read back what was written into them, and never leave something that is no org", () => {
    const texts = fc.oneof(fc.string(), fc.constantFrom("high", "12", "1,000", "-1", "1e9", ""));
    fc.assert(
      fc.property(arbitraryOrg({ agents: 4 }), fc.nat(), fc.nat(), fc.oneof(texts, fc.boolean()), (org, nth, which, value: CellValue) => {
        const agent = org.agents[nth % org.agents.length] as Agent;
        const cell = AGENT_COLUMNS[which % AGENT_COLUMNS.length] as Column<Agent>;
        const result = cell.edit?.(agent, value, org);
        if (!result?.ok) {
          expect(result?.why).toMatch(/\S/);
          return;
        }
        const after = applyOps(org, result.edit.ops);
        expect(orgSchema.safeParse(after).success).toBe(true);
        const again = after.agents.find((each) => each.id === agent.id) as Agent;
        // What it says now, written again, says the same.
        const twice = cell.edit?.(again, cell.value(again, after), after);
        expect(twice?.ok && applyOps(after, twice.edit.ops)).toEqual(after);
      }),
    );
  });

  it("keep the other settings where one is set or emptied", () => {
    const org = testOrg("Lead>Writer", (made) => ({
      ...made,
      agents: made.agents.map((agent) => ({ ...agent, settings: { temperature: 0.3, maxOutputTokens: 500 } })),
    }));
    const lead = org.agents[0] as Agent;
    const after = (id: string, value: string) => {
      const result = column(AGENT_COLUMNS, id).edit?.(lead, value, org);
      if (!result?.ok) throw new Error(result?.why);
      return applyOps(org, result.edit.ops).agents[0]?.settings;
    };
    expect(after("effort", "high")).toEqual({ temperature: 0.3, maxOutputTokens: 500, effort: "high" });
    expect(after("maxOutputTokens", "1,200")).toEqual({ temperature: 0.3, maxOutputTokens: 1200 });
    expect(after("maxOutputTokens", " ")).toEqual({ temperature: 0.3 });
  });

  it("refuse a name of nothing, tokens that are no number, a handoff to oneself or to whom there is one", () => {
    const org = testOrg("Lead>Analyst>Writer");
    const [lead, analyst] = org.agents as [Agent, Agent];
    const why = <Row>(result: ReturnType<NonNullable<Column<Row>["edit"]>> | undefined) => (result?.ok === false ? result.why : "taken");
    expect(why(column(AGENT_COLUMNS, "name").edit?.(lead, "  ", org))).toMatch(/needs a name/);
    expect(why(column(AGENT_COLUMNS, "maxOutputTokens").edit?.(lead, "many", org))).toMatch(/"many" is not/);
    const second = org.handoffs[1] as Handoff;
    expect(why(column(HANDOFF_COLUMNS, "target").edit?.(second, analyst.id, org))).toBe("Analyst cannot hand off to itself.");
    const both = testOrg("Lead>Analyst>Writer, Lead>Writer");
    expect(why(column(HANDOFF_COLUMNS, "source").edit?.(both.handoffs[1] as Handoff, lead.id, both))).toBe(
      "Lead already hands off to Writer.",
    );
    expect(why(column(HANDOFF_COLUMNS, "relay").edit?.(second, "telepathy", org))).toMatch(/telepathy/);
  });

  it("name the undo step of a handoff that is led elsewhere", () => {
    const org = testOrg("Lead>Analyst>Writer");
    const result = column(HANDOFF_COLUMNS, "target").edit?.(org.handoffs[0] as Handoff, org.agents[2]?.id ?? "", org);
    expect(result?.ok && result.edit.name).toBe("lead Lead → Analyst to Writer");
  });
});
