/** Owns keys: how they are written down ("Mod+Shift+Z"), whether a press is one, how they are said to people and to Electron. */

/** What a press is judged by; a DOM KeyboardEvent is one. */
export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

export type Platform = "mac" | "other";

/** From what a browser says of itself, e.g. `navigator.platform`. */
export function platformOf(words: string): Platform {
  return /mac|iphone|ipad/i.test(words) ? "mac" : "other";
}

interface Keys {
  mod: boolean;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

/** "+" itself is written "Plus". */
const NAMED = new Map([
  ["Plus", "+"],
  ["Space", " "],
]);
const MODIFIERS = ["Mod", "Ctrl", "Shift", "Alt"] as const;

/** Reads "Mod+Shift+Z". Null where it is not written as keys are: modifiers (Mod, Ctrl, Shift, Alt), each once, then one key. */
function parseKeys(keys: string): Keys | null {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const known = parts.every((part, index) => (MODIFIERS as readonly string[]).includes(part) && parts.indexOf(part) === index);
  if (!known || !/^(?:[^\s+a-z]|[A-Z][A-Za-z]+|F\d{1,2})$/u.test(key)) return null;
  const has = (modifier: (typeof MODIFIERS)[number]) => parts.includes(modifier);
  return { mod: has("Mod"), ctrl: has("Ctrl"), shift: has("Shift"), alt: has("Alt"), key: NAMED.get(key) ?? key };
}

/** Whether keys are written as this file reads them; letters are capital: "Mod+K", "Shift+L", "F2", "?", "Delete". */
export function areKeys(keys: string): boolean {
  return parseKeys(keys) !== null;
}

/**
 * Whether a press is these keys. Mod is Ctrl or Cmd. Letters count by what they write, and on a keyboard that writes no Latin
 * letters, or with Alt, by where they are. Signs such as "?" count whatever it takes to write them.
 */
export function isPress(press: KeyPress, keys: string): boolean {
  const wanted = parseKeys(keys);
  if (!wanted) return false;
  const sign = wanted.key.length === 1 && !/[A-Z0-9]/.test(wanted.key);
  if (sign && press.key === wanted.key && !wanted.mod && !wanted.ctrl && !wanted.alt) {
    // AltGr, which many keyboards need for signs, reports itself as Ctrl and Alt at once.
    return !press.metaKey && press.ctrlKey === press.altKey;
  }
  const command = press.ctrlKey || press.metaKey;
  if (wanted.ctrl ? !press.ctrlKey || press.metaKey : wanted.mod ? press.ctrlKey === press.metaKey : command) return false;
  if (press.altKey !== wanted.alt) return false;
  // A digit may need Shift to be written, and a sign too.
  const shiftWrites = !wanted.shift && press.key === wanted.key && !/^[A-Z]/.test(wanted.key);
  if (press.shiftKey !== wanted.shift && !shiftWrites) return false;
  if (/^[A-Z]$/.test(wanted.key))
    return /^[a-z]$/i.test(press.key) ? press.key.toUpperCase() === wanted.key : press.code === `Key${wanted.key}`;
  if (/^[0-9]$/.test(wanted.key)) return press.key === wanted.key || (wanted.shift && press.code === `Digit${wanted.key}`);
  return press.key === wanted.key;
}

const SAID = new Map([
  ["ArrowUp", "Up"],
  ["ArrowDown", "Down"],
  ["ArrowLeft", "Left"],
  ["ArrowRight", "Right"],
  ["Escape", "Esc"],
  ["+", "Plus"],
  [" ", "Space"],
]);

/** Keys for people: "Ctrl+Shift+Z", on a Mac "Cmd+Shift+Z"; several ways with "or" between. */
export function keysInWords(keys: string | readonly string[], platform: Platform): string {
  const mac = platform === "mac";
  return (typeof keys === "string" ? [keys] : keys)
    .map((each) => {
      const read = parseKeys(each);
      if (!read) return each;
      const modifiers = [
        read.mod ? (mac ? "Cmd" : "Ctrl") : "",
        read.ctrl ? "Ctrl" : "",
        read.alt ? (mac ? "Option" : "Alt") : "",
        read.shift ? "Shift" : "",
      ];
      return [...modifiers, SAID.get(read.key) ?? read.key].filter((part) => part !== "").join("+");
    })
    .join(" or ");
}

/**
 * Keys as Electron's menus take them (https://www.electronjs.org/docs/latest/tutorial/keyboard-shortcuts). Null for keys
 * without Mod, Ctrl or a function key: a menu that took those would take them from text fields.
 */
export function acceleratorOf(keys: string): string | null {
  const read = parseKeys(keys);
  if (!read || !(read.mod || read.ctrl || /^F\d/.test(read.key))) return null;
  const parts = [read.mod ? "CmdOrCtrl" : "", read.ctrl ? "Ctrl" : "", read.alt ? "Alt" : "", read.shift ? "Shift" : ""];
  return [...parts, read.key === "Enter" ? "Return" : (SAID.get(read.key) ?? read.key)].filter((part) => part !== "").join("+");
}
