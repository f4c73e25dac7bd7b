/** Tests the draft as a whole against the lab's real room and a store: any edits, others' edits, lost lines and reloads lose nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps, type Edit } from "#shared/org/edit.ts";
import { type Org, orgSchema } from "#shared/org/schema.ts";
import { align, distribute, LINES, nudge, toggleMark } from "#renderer/design/arrange.ts";
import * as edits from "#renderer/design/edits.ts";
import * as groups from "#renderer/design/groups.ts";
import { partOf, partText, paste, readPart } from "#renderer/design/part.ts";
import { insertInto, reattach } from "#renderer/design/wiring.ts";
import { LabLink } from "#renderer/lab/lab.ts";
import type { LabClient, Line, Transport } from "#renderer/lab/transport.ts";
import { Draft } from "#renderer/state/draft.ts";
import { House } from "#test/support/draft-house.mjs";
import { testOrg } from "#test/support/orgs.ts";
import { settle } from "#test/unit/renderer/state/fake-lab.ts";

/** A tab on the draft, over a line that can be cut. */
class Tab {
  readonly draft: Draft;
  #onLine: (line: Line) => void = () => undefined;
  #onLost: () => void = () => undefined;
  #house: House;
  #open = false;

  constructor(house: House) {
    this.#house = house;
    const transport: Transport = {
      start: (onLine, onLost) => {
        this.#onLine = onLine;
        this.#onLost = onLost;
        return () => undefined;
      },
    };
    this.draft = new Draft(new LabLink(transport), "org_1");
    this.connect();
  }

  connect(): void {
    if (this.#open) return;
    this.#open = true;
    const { edit, watch } = this.#house.line();
    const follow = async ({ since }: { since: number | null }, { signal }: { signal: AbortSignal }) => watch(since, signal);
    this.#onLine({ client: { orgs: { edit, watch: follow } } as unknown as LabClient, close: () => undefined });
  }

  cut(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onLost();
  }

  get org(): Org {
    return this.draft.store.getState().org as Org;
  }
}

const SIZES = new Map<string, { width: number; height: number }>();
const pick = <T>(list: readonly T[], which: number): T | undefined => list[which % Math.max(1, list.length)];

/** Every kind of edit that a person can make, each made from the design as it is and one number; null where it cannot be made. */
const KINDS: readonly ((org: Org, which: number) => Edit | null | undefined)[] = [
  (org, which) => edits.addAgent(org, pick(edits.ROLE_OFFERS, which) as edits.RoleOffer, { x: which * 7, y: which * 13 }).edit,
  (org, which) => (org.agents.length > 0 ? edits.addAgentAfter(org, pick(org.agents, which)?.id ?? "", { x: which, y: 0 }).edit : null),
  (org, which) => insertInto(org, pick(org.handoffs, which)?.id ?? "gone", pick(edits.ROLE_OFFERS, which) as edits.RoleOffer, null)?.edit,
  (org, which) => {
    const made = reattach(
      org,
      pick(org.handoffs, which)?.id ?? "gone",
      which % 2 === 0 ? "source" : "target",
      pick(org.agents, which + 1)?.id ?? "gone",
    );
    return made && "edit" in made ? made.edit : null;
  },
  (org, which) => edits.connect(org, pick(org.agents, which)?.id ?? "gone", pick(org.agents, which + 1)?.id ?? "gone").edit,
  (org, which) => edits.reverse(org, pick(org.handoffs, which)?.id ?? "gone"),
  (org, which) => edits.remove(org, [pick(org.agents, which)?.id ?? "gone"], []),
  (org, which) => edits.remove(org, [], [pick(org.handoffs, which)?.id ?? "gone"]),
  (org, which) => edits.remove(org, [], [], [pick(org.notes, which)?.id ?? "gone"]),
  (org, which) => edits.setAgent(org, pick(org.agents, which)?.id ?? "gone", "instructions", `Text ${which}`),
  (org, which) => edits.setAgent(org, pick(org.agents, which)?.id ?? "gone", "name", `Name ${which}`),
  (org, which) => edits.setHandoff(org, pick(org.handoffs, which)?.id ?? "gone", "relay", which % 2 === 0 ? "verbatim" : "paraphrase"),
  (_org, which) => edits.setOrg("description", `About ${which}`),
  (org, which) => nudge(org, { agents: [pick(org.agents, which)?.id ?? "gone"], notes: org.notes.map((note) => note.id) }, { x: 10, y: 0 }),
  (org, which) =>
    align(
      org,
      org.agents.map((agent) => agent.id),
      pick(LINES, which) ?? "left",
      SIZES,
    ),
  (org, which) =>
    distribute(
      org,
      org.agents.map((agent) => agent.id),
      which % 2 === 0 ? "x" : "y",
      SIZES,
    ),
  (org, which) => toggleMark(org, [pick(org.agents, which)?.id ?? "gone"], which % 2 === 0 ? "locked" : "pinned"),
  (org, which) =>
    groups.makeGroup(
      org,
      org.agents.slice(which % 4, (which % 4) + 2).map((agent) => agent.id),
    )?.edit,
  (org, which) => groups.toggleCollapsed(org.groups.slice(0, (which % 3) + 1)),
  (org) => groups.ungroup(org, org.groups.slice(0, 1)),
  (org, which) => (org.groups[0] ? groups.renameGroup(org.groups[0], `Team of ${which}`) : null),
  (org, which) => groups.addNote(org, { x: which, y: which }, `Note ${which}`).edit,
  (org, which) => groups.writeNote(pick(org.notes, which)?.id ?? "gone", `Written ${which}`),
  (org, which) =>
    edits.duplicate(
      org,
      org.agents.slice(0, (which % 3) + 1).map((agent) => agent.id),
      org.notes.map((note) => note.id),
    ).edit,
  (org, which) => {
    const read = readPart(
      partText(
        partOf(
          org,
          org.agents.slice(which % 3).map((agent) => agent.id),
        ),
      ),
    );
    return read.ok ? paste(org, read.part, { x: which * 100, y: 0 }).edit : null;
  },
];

const act = fc.record({ kind: fc.nat(KINDS.length - 1), which: fc.nat(9), laterMs: fc.constantFrom(100, 2_000) });
const START = "Lead>Analyst>Writer,Lead>Writer>Reviewer>Writer";
const bytes = (org: Org | null) => JSON.stringify(org);
/** Larger designs would make every step slower and show nothing new. */
const MOST_AGENTS = 24;

function make(org: Org, { kind, which }: { kind: number; which: number }): Edit | null {
  const edit = KINDS[kind]?.(org, which) ?? null;
  return edit && applyOps(org, edit.ops).agents.length <= MOST_AGENTS ? edit : null;
}

describe("any edits on the canvas", () => {
  it("are undone to the first design byte for byte, and redone to the last", async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 120, size: "max" }), async (acts) => {
        const house = new House(testOrg(START));
        const here = new Tab(house);
        await settle();
        const first = bytes(here.org);
        let nowMs = 0;
        for (const each of acts) {
          nowMs += each.laterMs;
          const edit = make(here.org, each);
          if (!edit) continue;
          made += 1;
          here.draft.edit(edit, nowMs);
        }
        const last = bytes(here.org);
        while (here.draft.undo() !== null);
        expect(bytes(here.org)).toBe(first);
        while (here.draft.redo() !== null);
        expect(bytes(here.org)).toBe(last);
        await rest(house, [here]);
        expect(bytes(house.kept)).toBe(last);
        here.draft.close();
        house.close();
      }),
      { numRuns: 60 },
    );
    expect(made).toBeGreaterThan(2_000);
  });
});

/** Everything travels until all tabs know what is kept and nothing is on its way; what never comes to rest fails what is asked next. */
async function rest(house: House, tabs: readonly Tab[]): Promise<void> {
  for (let count = 0; count < 300; count += 1) {
    await settle();
    const states = tabs.map(({ draft }) => draft.store.getState());
    if (states.every(({ pending, revision }) => pending.length === 0 && revision === house.revision)) return;
  }
}

type Step =
  | { do: "edit"; tab: 0 | 1; kind: number; which: number; laterMs: number }
  | { do: "undo" | "redo" | "cut" | "connect" | "reload"; tab: 0 | 1 }
  | { do: "travel" }
  | { do: "restart" };

const tab = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: act.chain((each) => fc.record({ do: fc.constant("edit" as const), tab, ...constants(each) })) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("undo" as const, "redo" as const), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("cut" as const, "connect" as const, "reload" as const), tab }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("travel" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

function constants(each: { kind: number; which: number; laterMs: number }) {
  return { kind: fc.constant(each.kind), which: fc.constant(each.which), laterMs: fc.constant(each.laterMs) };
}

describe("two tabs that edit, undo, lose their lines and are loaded anew", () => {
  it("show the same design in the end, which is the one that is kept, with nothing on its way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120, size: "max" }), async (steps) => {
        const house = new House(testOrg(START));
        const tabs: [Tab, Tab] = [new Tab(house), new Tab(house)];
        let nowMs = 0;
        await settle();
        for (const each of steps) {
          if (each.do === "travel") {
            await settle();
            continue;
          }
          if (each.do === "restart") {
            for (const one of tabs) one.cut();
            house.restart();
            for (const one of tabs) one.connect();
            await settle();
            continue;
          }
          const here = tabs[each.tab];
          if (each.do === "cut") here.cut();
          else if (each.do === "connect") here.connect();
          else if (each.do === "reload") {
            // While a line is lost a page says that it holds edits; with a line, loading anew loses nothing.
            for (const one of tabs) one.connect();
            await rest(house, tabs);
            const shown = bytes(here.org);
            here.draft.close();
            tabs[each.tab] = new Tab(house);
            await settle();
            expect(bytes(tabs[each.tab].org)).toBe(shown);
          } else if (each.do === "edit") {
            nowMs += each.laterMs;
            const edit = make(here.org, each);
            if (edit) here.draft.edit(edit, nowMs);
          } else here.draft[each.do]();
        }
        for (const each of tabs) each.connect();
        await rest(house, tabs);
        for (const { draft, org } of tabs) {
          expect(draft.store.getState().pending).toEqual([]);
          expect(bytes(org)).toBe(bytes(house.kept));
          draft.close();
        }
        expect(orgSchema.safeParse(house.kept).success).toBe(true);
        house.close();
      }),
      { numRuns: 80 },
    );
  });
});
