/** Owns the open design as a person works on it: what is selected and pointed at, which question is open, how acts reach the draft. */
import type { DesignView } from "#renderer/design/views.ts";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Edit } from "#shared/org/edit.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import type { Size } from "#renderer/canvas/layout/elk-graph.ts";
import { addAgent, type Point, type RoleOffer } from "#renderer/design/edits.ts";
import { insertInto, reattach } from "#renderer/design/wiring.ts";
import { NOTHING, sameSelection, type Selection, stillThere } from "#renderer/design/selection.ts";
import type { App } from "#renderer/state/app.ts";
import type { Draft } from "#renderer/state/draft.ts";

/** A question that stands over the canvas until it is answered or called off. */
export type Question =
  /** One of some agents. */
  | { kind: "agent"; title: string; agents: readonly Agent[]; onAnswer(id: string): void }
  /** A short text. */
  | { kind: "text"; title: string; label: string; value: string; mayBeEmpty: boolean; onAnswer(text: string): void };

export interface DeskState {
  selection: Selection;
  /** Ids that a problem points at. */
  highlight: readonly string[];
  question: Question | null;
  /** The note that is being written. */
  writing: string | null;
  /** The way in which the design is looked at. */
  shows: DesignView;
}

/** What the canvas can show; set while it is there. */
export interface View {
  fit(): void;
  actualSize(): void;
  zoom(by: 1 | -1): void;
  /** Brings agents into sight. */
  show(ids: readonly string[]): void;
  /** Gives the canvas the keys: the focus goes to what is selected, or to nothing. */
  focus(): void;
  /** The middle of what is in sight, in canvas units. */
  middle(): Point;
  /** Measured sizes by agent id, in canvas units. */
  sizes(): Map<string, Size>;
}

export class DesignDesk {
  readonly app: App;
  readonly draft: Draft;
  readonly store: StoreApi<DeskState>;
  #view: View | null = null;
  #glide = false;
  #layout: AbortController | null = null;

  constructor(app: App, draft: Draft) {
    this.app = app;
    this.draft = draft;
    this.store = createStore<DeskState>(() => ({
      selection: NOTHING,
      highlight: [],
      question: null,
      writing: null,
      shows: "canvas" as DesignView,
    }));
  }

  /** What the canvas can show; null while there is none. */
  get view(): View | null {
    return this.#view;
  }

  setView(view: View | null): void {
    this.#view = view;
  }

  /** Lets what moves next glide to its place. */
  glide(): void {
    this.#glide = true;
  }

  /** Whether what moves now is to glide; asked once per move. */
  takeGlide(): boolean {
    const glide = this.#glide;
    this.#glide = false;
    return glide;
  }

  /** A new layout begins, and calls off the one that is being worked out. */
  beginLayout(): AbortSignal {
    this.stopLayout();
    this.#layout = new AbortController();
    return this.#layout.signal;
  }

  stopLayout(): void {
    this.#layout?.abort(new DOMException("the layout was called off", "AbortError"));
    this.#layout = null;
  }

  get org(): Org | null {
    return this.draft.store.getState().org;
  }

  get readOnly(): boolean {
    return this.app.store.getState().info?.readOnly ?? false;
  }

  /** What is selected and still there. */
  get selection(): Required<Selection> {
    const { selection } = this.store.getState();
    return { notes: [], ...(this.org ? stillThere(selection, this.org) : NOTHING) };
  }

  select(selection: Selection): void {
    const before = this.store.getState();
    if (sameSelection(before.selection, selection) && before.highlight.length === 0) return;
    this.store.setState({ selection, highlight: [] });
  }

  /** Points at what a problem names, and selects it where it is one thing. */
  point(ids: readonly string[]): void {
    const org = this.org;
    if (!org) return;
    const found = stillThere({ agents: [...ids], handoffs: [...ids] }, org);
    const one = found.agents.length + found.handoffs.length === 1;
    this.store.setState({ highlight: ids, ...(one ? { selection: found } : {}) });
    if (found.agents.length > 0) this.view?.show(found.agents);
  }

  /** Every change of the design goes through here to the draft's one edit function. Nothing, where there is nothing to do. */
  do(edit: Edit | null | undefined): boolean {
    if (!edit || this.readOnly) return false;
    this.draft.edit(edit);
    return true;
  }

  /** Says why something was not done. */
  say(why: string): void {
    this.app.toast("info", why);
  }

  ask(question: Question): void {
    this.store.setState({ question });
  }

  closeQuestion(): void {
    this.store.setState({ question: null });
  }

  write(noteId: string | null): void {
    this.store.setState({ writing: noteId });
  }

  /** Adds an agent at a place, or to the right of all others where there is none. */
  add(offer: RoleOffer, at: Point | null): void {
    const org = this.org;
    if (!org) return;
    const rightmost = Math.max(-220, ...org.agents.map((agent) => agent.position.x));
    const { edit, agent } = addAgent(org, offer, at ?? { x: rightmost + 320, y: org.agents[0]?.position.y ?? 0 });
    if (!this.do(edit)) return;
    this.select({ agents: [agent.id], handoffs: [] });
    if (!at) setTimeout(() => this.view?.fit(), 50);
  }

  /** Puts a new agent into a handoff. */
  insert(handoffId: string, offer: RoleOffer, at: Point | null): void {
    const made = this.org && insertInto(this.org, handoffId, offer, at);
    if (made && this.do(made.edit)) this.select({ agents: [made.agent.id], handoffs: [] });
  }

  /** Gives a handoff another sender or receiver, or says why not. */
  reattach(handoffId: string, end: "source" | "target", agentId: string | null): void {
    if (agentId === null) return this.say("Let go over an agent to hand off from or to it; nothing was changed.");
    const made = this.org && reattach(this.org, handoffId, end, agentId);
    if (!made) return;
    if ("why" in made) this.say(made.why);
    else this.do(made.edit);
  }
}
