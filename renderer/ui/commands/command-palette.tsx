/** Owns the command palette: every command that can be done now, found by a few letters, done by Enter. */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { keysInWords, type Platform } from "#shared/ui/keys.ts";
import { byGroup } from "#shared/ui/menus.ts";
import { type Command, canRun } from "#renderer/ui/commands/registry.ts";
import { type Found, searchCommands } from "#renderer/ui/commands/search.ts";
import { SheetDialog } from "#renderer/ui/commands/sheet-dialog.tsx";

export interface CommandPaletteProps<Context> {
  opened: boolean;
  onClose(): void;
  commands: readonly Command<Context>[];
  context: Context;
  platform: Platform;
  /** What it is called where it offers something else than commands. */
  words?: PaletteWords;
}

export interface PaletteWords {
  /** Its name, for those who hear it. */
  name: string;
  /** What its field asks for. */
  field: string;
  /** One of what it offers: "command". */
  thing: string;
}

const COMMANDS: PaletteWords = { name: "Commands", field: "Find a command", thing: "command" };

/** The palette closes before a command is done: what the command focuses or opens stays so. */
export function CommandPalette<Context>({ opened, onClose, commands, context, platform, words = COMMANDS }: CommandPaletteProps<Context>) {
  /** What is done once the palette has closed and focus is back where it was. */
  const chosen = useRef<Command<Context> | null>(null);
  useEffect(() => {
    const command = chosen.current;
    chosen.current = null;
    if (!opened && command && canRun(command, context)) command.run(context);
  }, [opened, context]);
  return (
    <SheetDialog opened={opened} onClose={onClose} name={words.name} className="commands-palette">
      <Palette
        commands={commands.filter((command) => command.keysOnly !== true && canRun(command, context))}
        platform={platform}
        words={words}
        onChoose={(command) => {
          chosen.current = command;
          onClose();
        }}
      />
    </SheetDialog>
  );
}

interface PaletteProps<Context> {
  commands: readonly Command<Context>[];
  platform: Platform;
  words: PaletteWords;
  onChoose(command: Command<Context>): void;
}

function Palette<Context>({ commands, platform, words, onChoose }: PaletteProps<Context>) {
  const id = useId();
  const [asked, setAsked] = useState("");
  const [at, setAt] = useState(0);
  const blank = asked.trim() === "";
  const found = useMemo(() => {
    const all = searchCommands(commands, asked);
    // Nothing asked: group after group, as they are shown.
    return blank
      ? byGroup(all.map((each) => each.command)).flatMap((each) => each.commands.map((command) => ({ command, marks: [] })))
      : all;
  }, [commands, asked, blank]);
  const active = Math.min(at, found.length - 1);
  const shown = found[active]?.command.id;
  useEffect(() => {
    if (shown !== undefined) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [id, active, shown]);

  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (found.length > 0) setAt((active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const command = found[active]?.command;
      if (command) onChoose(command);
    }
  };
  const option = ({ command, marks }: Found<Context>, index: number) => (
    // The field keeps focus and has the keys; the mouse presses here.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      key={command.id}
      id={`${id}-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={index === active}
      className="commands-option"
      onMouseMove={() => setAt(index)}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onChoose(command)}
    >
      <span className="commands-title">
        <Marked text={command.title} marks={marks} />
        {!blank && <span className="commands-of"> {command.group}</span>}
      </span>
      {command.keys?.[0] !== undefined && <kbd>{keysInWords(command.keys[0], platform)}</kbd>}
    </div>
  );
  const groups = blank ? byGroup(found.map((each) => each.command)) : [];
  const indexOf = new Map(found.map((each, index) => [each.command, index]));
  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-label={words.field}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
        placeholder={words.field}
        autoComplete="off"
        spellCheck={false}
        value={asked}
        onChange={(event) => {
          setAsked(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div id={`${id}-list`} role="listbox" aria-label={words.name} className="commands-list" hidden={found.length === 0}>
        {blank
          ? groups.map(({ group, commands: inside }, number) => (
              <div key={group} role="group" aria-labelledby={`${id}-group-${number}`}>
                <div id={`${id}-group-${number}`} role="presentation" className="commands-group">
                  {group}
                </div>
                {inside.map((command) => option({ command, marks: [] }, indexOf.get(command) ?? 0))}
              </div>
            ))
          : found.map(option)}
      </div>
      <div role="status" className={found.length > 0 ? "commands-unseen" : "commands-none"}>
        {found.length === 0
          ? `No ${words.thing} that can be used now is called “${asked.trim()}”. Try fewer letters.`
          : `${found.length} ${words.thing}${found.length === 1 ? "" : "s"}`}
      </div>
    </>
  );
}

/** A title with the signs that were asked for set off. */
function Marked({ text, marks }: { text: string; marks: readonly number[] }) {
  const on = new Set(marks);
  const stretches: { start: number; text: string; marked: boolean }[] = [];
  for (const [index, sign] of text.split("").entries()) {
    const last = stretches.at(-1);
    if (last && last.marked === on.has(index)) last.text += sign;
    else stretches.push({ start: index, text: sign, marked: on.has(index) });
  }
  return stretches.map((each) => (each.marked ? <mark key={each.start}>{each.text}</mark> : <span key={each.start}>{each.text}</span>));
}
