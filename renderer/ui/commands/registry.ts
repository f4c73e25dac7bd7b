/** Owns what a command is, and the questions all menus, keys and the palette ask of the one list of them. Pure. */
import type { CommandSpec } from "#shared/ui/commands.ts";
import { areKeys, isPress, type KeyPress } from "#shared/ui/keys.ts";
import { type MenuGroup, menuGroups } from "#shared/ui/menus.ts";

/** Something a person can have done. `Context` is what commands work on: the app, the open draft, what is selected. */
export interface Command<Context> extends CommandSpec {
  /** Whether it can be done now; always, where it does not say. */
  when?(context: Context): boolean;
  run(context: Context): void;
}

/** Where a press was made; a DOM element is one. */
interface Place {
  closest(selector: string): unknown;
}

/** A press and where it was made; a DOM KeyboardEvent is one. */
export interface CommandPress extends KeyPress {
  target: unknown;
  repeat?: boolean;
  isComposing?: boolean;
  defaultPrevented?: boolean;
}

const TEXT_FIELDS = [
  "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit], [type=reset])",
  "textarea",
  "select",
  "[contenteditable]:not([contenteditable=false])",
  "[role=textbox]",
  "[role=combobox]",
  "[role=searchbox]",
].join(", ");
const DIALOGS = "dialog[open], [role=dialog], [role=alertdialog]";
/** What Enter and Space press, or choose in. */
const PRESSABLE = "button, a[href], summary, input, [role=button], [role=option], [role=tab], [role=switch], [role^=menuitem]";

const CANVAS = ".react-flow";
/** What has arrow keys of its own. */
const ARROWED =
  "[role=slider], [role=spinbutton], [role=tab], [role=radio], [role^=menu], [role=option], [role=listbox], [role=grid], [role=tree], [role=region], [aria-haspopup]";

/** Whether a command can be done now. */
export function canRun<Context>(command: Command<Context>, context: Context): boolean {
  return command.when?.(context) ?? true;
}

/**
 * The command that a press asks for, the first of the list whose keys they are and that can be done now; else null. A dialog
 * keeps all keys to itself, a text field those of commands that do not say otherwise, a button its Enter and Space.
 */
export function commandFor<Context>(commands: readonly Command<Context>[], press: CommandPress, context: Context): Command<Context> | null {
  if (press.defaultPrevented === true || press.isComposing === true) return null;
  const place = isPlace(press.target) ? press.target : null;
  if (place?.closest(DIALOGS)) return null;
  const inText = Boolean(place?.closest(TEXT_FIELDS));
  const plain = !press.ctrlKey && !press.metaKey && !press.altKey;
  if (plain && (press.key === "Enter" || press.key === " ") && place?.closest(PRESSABLE)) return null;
  return (
    commands.find(
      (command) =>
        (!inText || command.inTextFields === true) &&
        (command.onCanvas !== true || !place || place.closest(CANVAS) !== null || !place.closest(ARROWED)) &&
        (press.repeat !== true || command.repeats === true) &&
        command.keys?.some((keys) => isPress(press, keys)) === true &&
        canRun(command, context),
    ) ?? null
  );
}

function isPlace(target: unknown): target is Place {
  return typeof (target as Partial<Place> | null)?.closest === "function";
}

/** Does a command by its id, e.g. one chosen in Electron's menu. False where there is none of that id or it cannot be done now. */
export function runById<Context>(commands: readonly Command<Context>[], id: string, context: Context): boolean {
  const command = commands.find((each) => each.id === id);
  if (!command || !canRun(command, context)) return false;
  command.run(context);
  return true;
}

/** The menus that the commands make, with what cannot be done now switched off. */
export function menusOf<Context>(commands: readonly Command<Context>[], context: Context): MenuGroup[] {
  return menuGroups(commands, (id) => {
    const command = commands.find((each) => each.id === id);
    return command !== undefined && canRun(command, context);
  });
}

/** What is wrong with a list of commands, as sentences: ids used twice, keys that no press can be. */
export function commandProblems<Context>(commands: readonly Command<Context>[]): string[] {
  const twice = commands.filter((command, index) => commands.findIndex((each) => each.id === command.id) !== index);
  return [
    ...twice.map((command) => `The id "${command.id}" is used by two commands; give "${command.title}" another.`),
    ...commands.flatMap((command) =>
      (command.keys ?? [])
        .filter((keys) => !areKeys(keys))
        .map((keys) => `The keys "${keys}" of "${command.title}" cannot be read; write them like Mod+Shift+Z.`),
    ),
  ];
}
