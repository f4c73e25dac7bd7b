/** Owns copying and pasting agents over the system's clipboard, by its events where keys are pressed, else by what the browser allows. */
import { isLocked } from "#renderer/canvas/layout/place.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { remove } from "#renderer/design/edits.ts";
import { partOf, partText, paste, readPart } from "#renderer/design/part.ts";

/** What was copied last in this page: for a browser that lets a page write the clipboard but not read it. */
let lastCopied = "";

/** The selection as text; null where nothing that can be copied is selected. */
function selectedText(desk: DesignDesk): string | null {
  const { org, selection } = desk;
  if (!org || selection.agents.length + selection.notes.length === 0) return null;
  return partText(partOf(org, selection.agents, selection.notes));
}

function copied(desk: DesignDesk, text: string, cut: boolean): void {
  lastCopied = text;
  const { org, selection } = desk;
  if (!org) return;
  const count = selection.agents.length;
  const what = count === 1 ? "1 agent" : count > 1 ? `${count} agents` : `${selection.notes.length} notes`;
  if (!cut) return desk.draft.say(`Copied ${what}`);
  const agents = selection.agents.filter((id) => !org.agents.some((agent) => agent.id === id && isLocked(agent)));
  if (agents.length < count) desk.say("What is locked was copied and stays; unlock it to cut it.");
  if (agents.length + selection.notes.length === 0) return;
  desk.do({ ...remove(org, agents, [], selection.notes), name: `cut ${what}`, said: `Cut ${what}` });
}

/** Pastes a text into the open design, or says why it cannot be. */
export function pasteText(desk: DesignDesk, text: string): void {
  const { org } = desk;
  if (!org) return;
  const read = readPart(text);
  if (!read.ok) return desk.app.toast("error", read.why);
  const { edit, agents, notes } = paste(org, read.part, desk.view?.middle() ?? { x: 0, y: 0 });
  if (desk.do(edit)) desk.select({ agents, handoffs: [], notes });
}

/** Copies, and with `cut` takes away: asked for by a menu or the palette. */
export async function copySelection(desk: DesignDesk, cut: boolean): Promise<void> {
  const text = selectedText(desk);
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByField(text);
  }
  copied(desk, text, cut);
}

/** Browsers let a page copy what is selected in a field, without any permission. */
function copyByField(text: string): void {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  // The one way that needs no permission.
  document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
}

/** Pastes: asked for by a menu or the palette. Where the clipboard may not be read, what was copied here last is taken. */
export async function pasteFromSystem(desk: DesignDesk): Promise<void> {
  let text = lastCopied;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    if (text === "") return desk.say("This browser lets a page read the clipboard by keys alone: press Ctrl+V (on a Mac Cmd+V) to paste.");
  }
  pasteText(desk, text);
}

const TEXT_FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false]), dialog[open], [role=dialog]";

/** Whether the clipboard's event belongs to a text: in a field, or marked on the page. */
function isOfText(event: ClipboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : document.activeElement;
  if (target?.closest(TEXT_FIELDS)) return true;
  return event.type !== "paste" && window.getSelection()?.isCollapsed === false;
}

/** Answers the clipboard's own events, which Ctrl+C, Ctrl+X, Ctrl+V and native menus set off. Returns how to stop. */
export function listenToClipboard(desk: DesignDesk): () => void {
  const copy = (event: ClipboardEvent) => {
    if (event.defaultPrevented || isOfText(event)) return;
    const text = selectedText(desk);
    if (text === null || !event.clipboardData) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    copied(desk, text, event.type === "cut" && !desk.readOnly);
  };
  const take = (event: ClipboardEvent) => {
    if (event.defaultPrevented || isOfText(event) || desk.readOnly) return;
    event.preventDefault();
    pasteText(desk, event.clipboardData?.getData("text/plain") ?? "");
  };
  window.addEventListener("copy", copy);
  window.addEventListener("cut", copy);
  window.addEventListener("paste", take);
  return () => {
    window.removeEventListener("copy", copy);
    window.removeEventListener("cut", copy);
    window.removeEventListener("paste", take);
  };
}
