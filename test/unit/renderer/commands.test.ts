/** Tests commands: which press asks for which, how keys are said, what menus get, what stands on the screen. */
import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { CommandPalette } from "#renderer/ui/commands/command-palette.tsx";
import { acceleratorOf, areKeys, isPress, type KeyPress, keysInWords, platformOf } from "#shared/ui/keys.ts";
import { KeysSheet } from "#renderer/ui/commands/keys-sheet.tsx";
import { byGroup } from "#shared/ui/menus.ts";
import { type Command, commandFor, commandProblems, menusOf, runById } from "#renderer/ui/commands/registry.ts";

interface Context {
  readOnly: boolean;
  done: string[];
}

function command(id: string, title: string, group: string, more: Partial<Command<Context>> = {}): Command<Context> {
  return { id, title, group, run: (context) => void context.done.push(id), ...more };
}

const writable = ({ readOnly }: Context) => !readOnly;
const COMMANDS: readonly Command<Context>[] = [
  command("undo", "Undo", "Edit", { keys: ["Mod+Z"], repeats: true, when: writable }),
  command("redo", "Redo", "Edit", { keys: ["Mod+Shift+Z", "Mod+Y"], repeats: true, when: writable }),
  command("delete", "Delete what is selected", "Edit", { keys: ["Delete", "Backspace"], when: writable }),
  command("fit", "Fit the design", "View", { keys: ["1"] }),
  command("columns", "Lay out in columns", "View", { keys: ["Shift+L"] }),
  command("palette", "Find a command", "Help", { keys: ["Mod+K"], inTextFields: true }),
  command("keys", "Show all keys", "Help", { keys: ["?"] }),
  command("run", "Run an experiment", "Experiment", { keys: ["Mod+Enter"], when: writable }),
  command("stop", "Stop the experiment", "Experiment", { keys: ["Mod+Enter"], when: (context) => !writable(context) }),
  command("open", "Open what is selected", "Edit", { keys: ["Enter"] }),
];
const context = (readOnly = false): Context => ({ readOnly, done: [] });

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more };
}

/** An element that stands in what a selector names. */
const inside = (name: string) => ({ closest: (selector: string) => (selector.split(/[,\s]+/).includes(name) ? {} : null) });
const page = inside("body");

function asked(
  key: string,
  more: Partial<KeyPress> & { repeat?: boolean; isComposing?: boolean; defaultPrevented?: boolean } = {},
  target: unknown = page,
  readOnly = false,
) {
  return commandFor(COMMANDS, { ...press(key), ...more, target }, context(readOnly))?.id ?? null;
}

describe("which command a press asks for", () => {
  it("takes Ctrl and Cmd alike for Mod, and neither without it or with both", () => {
    expect(asked("z", { ctrlKey: true })).toBe("undo");
    expect(asked("z", { metaKey: true })).toBe("undo");
    expect(asked("z")).toBeNull();
    expect(asked("z", { ctrlKey: true, metaKey: true })).toBeNull();
    expect(asked("z", { ctrlKey: true, altKey: true })).toBeNull();
  });

  it("tells Shift apart, whatever the caps lock says", () => {
    expect(asked("Z", { ctrlKey: true, shiftKey: true })).toBe("redo");
    expect(asked("Z", { ctrlKey: true })).toBe("undo");
    expect(asked("L", { shiftKey: true })).toBe("columns");
    expect(asked("l")).toBeNull();
  });

  it("takes any of a command's keys", () => {
    expect(asked("y", { ctrlKey: true })).toBe("redo");
    expect(asked("Backspace")).toBe("delete");
    expect(asked("Delete")).toBe("delete");
    expect(asked("Delete", { ctrlKey: true })).toBeNull();
  });

  it("takes letters by their place where the keyboard writes no Latin ones, and by what they write where it does", () => {
    expect(asked("я", { code: "KeyZ", ctrlKey: true })).toBe("undo");
    expect(asked("z", { code: "KeyY", ctrlKey: true })).toBe("undo");
    expect(asked("y", { code: "KeyZ", ctrlKey: true })).toBe("redo");
    expect(isPress(press("¬", { code: "KeyL", altKey: true }), "Alt+L")).toBe(true);
  });

  it("takes signs and digits whatever it takes to write them", () => {
    expect(asked("?", { shiftKey: true })).toBe("keys");
    expect(asked("?")).toBe("keys");
    expect(asked("?", { ctrlKey: true, altKey: true })).toBe("keys");
    expect(asked("?", { ctrlKey: true })).toBeNull();
    expect(asked("1", { shiftKey: true, code: "Digit1" })).toBe("fit");
    expect(asked("!", { shiftKey: true, code: "Digit1" })).toBeNull();
    expect(isPress(press("!", { shiftKey: true, code: "Digit1" }), "Shift+1")).toBe(true);
  });

  it.each(["textarea", "select", "[role=textbox]"])("leaves a text field its keys: %s", (name) => {
    expect(asked("z", { ctrlKey: true }, inside(name))).toBeNull();
    expect(asked("1", {}, inside(name))).toBeNull();
    expect(asked("k", { ctrlKey: true }, inside(name))).toBe("palette");
  });

  it("leaves a dialog all keys", () => {
    for (const name of ["dialog[open]", "[role=dialog]"]) {
      expect(asked("k", { ctrlKey: true }, inside(name))).toBeNull();
      expect(asked("Delete", {}, inside(name))).toBeNull();
    }
  });

  it("leaves a button its Enter, but not with Ctrl", () => {
    expect(asked("Enter")).toBe("open");
    expect(asked("Enter", {}, inside("button"))).toBeNull();
    expect(asked("Enter", { ctrlKey: true }, inside("button"))).toBe("run");
  });

  it("offers of several on the same keys the one that can be done", () => {
    expect(asked("Enter", { ctrlKey: true })).toBe("run");
    expect(asked("Enter", { ctrlKey: true }, page, true)).toBe("stop");
    expect(asked("z", { ctrlKey: true }, page, true)).toBeNull();
  });

  it("counts a held key once, but for what goes on while it is held", () => {
    expect(asked("z", { ctrlKey: true, repeat: true })).toBe("undo");
    expect(asked("Enter", { ctrlKey: true, repeat: true })).toBeNull();
  });

  it("keeps out of writing with an input method, and of what somebody has dealt with", () => {
    expect(asked("?", { isComposing: true })).toBeNull();
    expect(asked("?", { defaultPrevented: true })).toBeNull();
    expect(asked("?", {}, null)).toBe("keys");
  });

  it("is the same for all ways to write keys: what is pressed as written is meant", () => {
    const keys = fc.record({
      mod: fc.constantFrom("", "Mod+", "Ctrl+"),
      alt: fc.constantFrom("", "Alt+"),
      shift: fc.constantFrom("", "Shift+"),
      key: fc.constantFrom("A", "Z", "7", "F2", "Enter", "ArrowUp", "Delete"),
    });
    const written = keys.map((each) => ({ ...each, all: `${each.mod}${each.alt}${each.shift}${each.key}` }));
    fc.assert(
      fc.property(written, written, (one, other) => {
        expect(areKeys(one.all)).toBe(true);
        const pressed = press(one.key, { ctrlKey: one.mod !== "", altKey: one.alt !== "", shiftKey: one.shift !== "" });
        expect(isPress(pressed, one.all)).toBe(true);
        const alike = (each: typeof one) => [each.mod !== "", each.alt, each.key === "7" ? "" : each.shift, each.key].join();
        if (alike(one) !== alike(other)) expect(isPress(pressed, other.all)).toBe(false);
      }),
    );
  });
});

describe("keys in words", () => {
  it.each([
    ["Mod+Shift+Z", "Ctrl+Shift+Z", "Cmd+Shift+Z"],
    ["Alt+ArrowUp", "Alt+Up", "Option+Up"],
    ["Shift+Plus", "Shift+Plus", "Shift+Plus"],
    ["?", "?", "?"],
    ["Escape", "Esc", "Esc"],
  ])("says %s", (keys, other, mac) => {
    expect(keysInWords(keys, "other")).toBe(other);
    expect(keysInWords(keys, "mac")).toBe(mac);
  });

  it("says several ways", () => {
    expect(keysInWords(["Delete", "Backspace"], "other")).toBe("Delete or Backspace");
  });

  it("knows a Mac", () => {
    expect(platformOf("MacIntel")).toBe("mac");
    expect(platformOf("Linux x86_64")).toBe("other");
    expect(platformOf("Win32")).toBe("other");
  });

  it("are Electron's only where a text field cannot need them", () => {
    expect(acceleratorOf("Mod+Shift+Z")).toBe("CmdOrCtrl+Shift+Z");
    expect(acceleratorOf("Mod+Enter")).toBe("CmdOrCtrl+Return");
    expect(acceleratorOf("F2")).toBe("F2");
    for (const keys of ["1", "?", "Delete", "Shift+L", "Alt+L"]) expect(acceleratorOf(keys)).toBeNull();
  });
});

describe("the one list", () => {
  it("makes menus as plain data, with what cannot be done now switched off", () => {
    const menus = menusOf(COMMANDS, context(true));
    expect(structuredClone(menus)).toEqual(menus);
    expect(menus.map((menu) => menu.title)).toEqual(["Edit", "View", "Help", "Experiment"]);
    expect(menus[0]?.items[0]).toEqual({ id: "undo", title: "Undo", accelerator: "CmdOrCtrl+Z", enabled: false });
    expect(menus[1]?.items[0]).toEqual({ id: "fit", title: "Fit the design", accelerator: null, enabled: true });
  });

  it("keeps every command in its group, in order", () => {
    expect(
      byGroup(COMMANDS)
        .find((each) => each.group === "Edit")
        ?.commands.map((each) => each.id),
    ).toEqual(["undo", "redo", "delete", "open"]);
    expect(byGroup(COMMANDS).flatMap((each) => each.commands)).toHaveLength(COMMANDS.length);
  });

  it("does a command by its id, if it can be done", () => {
    const open = context();
    expect(runById(COMMANDS, "undo", open)).toBe(true);
    expect(open.done).toEqual(["undo"]);
    const closed = context(true);
    expect(runById(COMMANDS, "undo", closed)).toBe(false);
    expect(runById(COMMANDS, "nothing", closed)).toBe(false);
    expect(closed.done).toEqual([]);
  });

  it("says what is wrong with it", () => {
    expect(commandProblems(COMMANDS)).toEqual([]);
    expect(
      commandProblems([command("a", "One", "X", { keys: ["mod+k", "Mod+Mod+K", "Mod+", "Shift+l", "Hyper+K"] }), command("a", "Two", "X")]),
    ).toEqual([
      'The id "a" is used by two commands; give "Two" another.',
      ...["mod+k", "Mod+Mod+K", "Mod+", "Shift+l", "Hyper+K"].map(
        (keys) => `The keys "${keys}" of "One" cannot be read; write them like Mod+Shift+Z.`,
      ),
    ]);
  });
});

describe("what stands on the screen", () => {
  const shared = { opened: true, onClose: () => undefined, commands: COMMANDS, platform: "other" as const };

  it("is in the palette what can be done now, with its keys", () => {
    const html = renderToStaticMarkup(createElement(CommandPalette<Context>, { ...shared, context: context(true) }));
    expect(html).toContain('<dialog aria-label="Commands"');
    expect(html.match(/role="option"/g)).toHaveLength(6);
    expect(html).toContain("<kbd>Shift+L</kbd>");
    expect(html).not.toContain(">Undo<");
    expect(html.match(/aria-selected="true"/g)).toHaveLength(1);
    const active = /aria-activedescendant="([^"]+)"/.exec(html)?.[1] ?? "none";
    expect(html).toMatch(new RegExp(`id="${active}" role="option"[^>]*aria-selected="true"`));
  });

  it("is on the sheet every way to press whatever has keys", () => {
    const html = renderToStaticMarkup(
      createElement(KeysSheet<Context>, { ...shared, commands: [...COMMANDS, command("no", "Has no keys", "X")] }),
    );
    for (const each of COMMANDS) expect(html).toContain(`<dt>${each.title}</dt>`);
    expect(html).toContain("<kbd>Ctrl+Shift+Z</kbd></span><span> or <kbd>Ctrl+Y</kbd>");
    expect(html).not.toContain("Has no keys");
  });

  it("is nothing while they are closed", () => {
    expect(renderToStaticMarkup(createElement(KeysSheet<Context>, { ...shared, opened: false }))).not.toContain("Undo");
  });
});
