/** Tests finding commands by a few letters. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Command } from "#renderer/ui/commands/registry.ts";
import { searchCommands } from "#renderer/ui/commands/search.ts";

function command(id: string, title: string, group: string): Command<null> {
  return { id, title, group, run: () => undefined };
}

const COMMANDS = [
  command("undo", "Undo", "Edit"),
  command("redo", "Redo", "Edit"),
  command("delete", "Delete what is selected", "Edit"),
  command("fit", "Fit the design", "View"),
  command("columns", "Lay out in columns", "View"),
  command("palette", "Find a command", "Help"),
  command("run", "Run an experiment", "Experiment"),
  command("stop", "Stop the experiment", "Experiment"),
];

describe("finding a command", () => {
  const titles = (query: string) => searchCommands(COMMANDS, query).map((found) => found.command.title);

  it("finds all in their order where nothing is asked", () => {
    expect(titles("  ")).toEqual(COMMANDS.map((each) => each.title));
  });

  it("puts starts of words first, and asks for every word", () => {
    expect(titles("lay")[0]).toBe("Lay out in columns");
    expect(titles("lc")[0]).toBe("Lay out in columns");
    expect(titles("exp stop")).toEqual(["Stop the experiment"]);
    expect(titles("zzz")).toEqual([]);
  });

  it("finds by group too, but by title first", () => {
    expect(titles("view")).toEqual(["Fit the design", "Lay out in columns"]);
    expect(titles("edit undo")).toEqual(["Undo"]);
  });

  it("marks the signs that were asked for", () => {
    expect(searchCommands(COMMANDS, "out")[0]).toMatchObject({ command: { id: "columns" }, marks: [4, 5, 6] });
    expect(searchCommands(COMMANDS, "un")[0]).toMatchObject({ command: { id: "undo" }, marks: [0, 1] });
  });

  it("does not mind case and accents", () => {
    const one = [command("cafe", "Café öffnen", "Édition")];
    expect(searchCommands(one, "CAFE OFF")[0]?.marks).toEqual([0, 1, 2, 3, 5, 6, 7]);
    expect(searchCommands(one, "edition")).toHaveLength(1);
  });

  it("finds a command by its whole title before all others, and only what holds the signs in order", () => {
    const word = fc.constantFrom("undo", "redo", "lay", "out", "run", "stop", "é", "fit", "a");
    const lists = fc.uniqueArray(
      fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" ")),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(lists, fc.nat(), fc.string({ maxLength: 3 }), (all, which, query) => {
        const list = all.map((title) => command(title, title, "Group"));
        const title = all[which % all.length] as string;
        expect(searchCommands(list, title)[0]?.command.title).toBe(title);
        for (const { command: found, marks } of searchCommands(list, query)) {
          expect(marks.every((mark) => mark >= 0 && mark < found.title.length)).toBe(true);
          const text = `${found.title} ${found.group}`.normalize("NFD").toLowerCase();
          for (const sign of query
            .normalize("NFD")
            .toLowerCase()
            .replace(/[\s\u0300-\u036f]/g, ""))
            expect(text).toContain(sign);
        }
      }),
    );
  });
});
