/** Tests the one list of commands: every entry has a deed, and no two are in each other's way. */
import { describe, expect, it } from "vitest";
import { COMMAND_SPECS } from "#shared/ui/commands.ts";
import { APP_COMMANDS } from "#renderer/app-commands.ts";
import { commandProblems } from "#renderer/ui/commands/registry.ts";

describe("the commands of the app", () => {
  it("are well written, and something does each of them", () => {
    expect(commandProblems(APP_COMMANDS)).toEqual([]);
    expect(APP_COMMANDS.map((command) => command.id)).toEqual(COMMAND_SPECS.map((spec) => spec.id));
  });

  it("share no keys", () => {
    const keys = COMMAND_SPECS.flatMap((spec) => spec.keys ?? []);
    expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  });

  it("have the keys that people expect", () => {
    const keysOf = (id: string) => COMMAND_SPECS.find((spec) => spec.id === id)?.keys;
    const expected = {
      undo: "Mod+Z",
      redo: "Mod+Shift+Z",
      copy: "Mod+C",
      cut: "Mod+X",
      paste: "Mod+V",
      duplicate: "Mod+D",
      "select-all": "Mod+A",
      delete: "Delete",
      rename: "F2",
      find: "Mod+F",
      palette: "Mod+K",
      group: "Mod+G",
      fit: "1",
      "actual-size": "0",
      "layout-layered": "Shift+L",
      run: "Mod+Enter",
      keys: "?",
      "select-none": "Escape",
      "move-left": "ArrowLeft",
      "far-left": "Shift+ArrowLeft",
    };
    for (const [id, keys] of Object.entries(expected)) expect(keysOf(id), id).toContain(keys);
    expect(keysOf("redo")).toContain("Mod+Y");
  });
});
