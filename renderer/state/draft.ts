/** Owns the open draft: what the lab has confirmed, edits on their way, and the history of undo steps. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { applyOps, type Edit, invertOps, type Op } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import type { DraftUpdate } from "#shared/rpc/org-types.ts";
import { type LabLink, sentenceOf } from "#renderer/lab/lab.ts";

interface Step {
  name: string;
  ops: Op[];
  inverse: Op[];
  coalesce: string | null;
  atMs: number;
  /** Characters of its operations both ways, as JSON. */
  size: number;
}

export interface DraftState {
  orgId: string;
  /** The design as this tab shows it: confirmed, then everything on its way. */
  org: Org | null;
  confirmed: Org | null;
  revision: number | null;
  pending: { editId: string; ops: Op[] }[];
  undo: Step[];
  redo: Step[];
  gone: boolean;
  /** Why an edit was refused, as a sentence. */
  refused: string | null;
  /** What a screen reader is to hear, and which time something was said: the same twice is heard twice. */
  said: { text: string; count: number };
}

/** Edits of one kind that follow each other within this time are one undo step. */
const COALESCE_MS = 1_000;
const MOST_STEPS = 500;
/** Most that the history holds, in characters of JSON; a long text changed over and over ends it before the count of steps does. */
export const MOST_HISTORY = 10_000_000;

export class Draft {
  readonly store: StoreApi<DraftState>;
  #lab: LabLink;
  #abort = new AbortController();
  #sending = false;
  #unsubscribe: () => void;

  constructor(lab: LabLink, orgId: string) {
    this.#lab = lab;
    this.store = createStore<DraftState>(() => ({
      orgId,
      org: null,
      confirmed: null,
      revision: null,
      pending: [],
      undo: [],
      redo: [],
      gone: false,
      refused: null,
      said: { text: "", count: 0 },
    }));
    void lab.follow(
      this.#abort.signal,
      (client, signal) => client.orgs.watch({ id: orgId, since: this.store.getState().revision }, { signal }),
      (update) => this.#receive(update),
      () => this.store.setState({ gone: true }),
    );
    // What was on its way when the line was lost is sent again; the lab counts the same edit once.
    this.#unsubscribe = lab.state.subscribe((state) => {
      if (state.line === "open") void this.#send();
    });
  }

  /** The one function through which every change goes. One edit is one undo step. */
  edit(edit: Edit, nowMs = Date.now()): void {
    const { org, undo } = this.store.getState();
    if (!org) return;
    const next = applyOps(org, edit.ops);
    if (next === org) return;
    const step = sized({ name: edit.name, ops: edit.ops, inverse: invertOps(org, edit.ops), coalesce: edit.coalesce ?? null, atMs: nowMs });
    const last = undo.at(-1);
    const joins = last && step.coalesce !== null && last.coalesce === step.coalesce && nowMs - last.atMs < COALESCE_MS;
    const steps = joins ? [...undo.slice(0, -1), joined(last, step)] : [...undo, step];
    this.store.setState({ undo: withinLimits(steps), redo: [] });
    this.#apply(next, edit.ops);
    if (edit.said) this.say(edit.said);
  }

  /** Says something to a screen reader, politely. */
  say(text: string): void {
    this.store.setState(({ said }) => ({ said: { text, count: said.count + 1 } }));
  }

  undo(): string | null {
    const { org, undo, redo } = this.store.getState();
    const step = undo.at(-1);
    if (!org || !step) return null;
    this.store.setState({ undo: undo.slice(0, -1), redo: [...redo, step] });
    this.#apply(applyOps(org, step.inverse), step.inverse);
    this.say(`Undone: ${step.name.replaceAll(" → ", " to ")}`);
    return step.name;
  }

  redo(): string | null {
    const { org, undo, redo } = this.store.getState();
    const step = redo.at(-1);
    if (!org || !step) return null;
    this.store.setState({ undo: [...undo, { ...step, coalesce: null }], redo: redo.slice(0, -1) });
    this.#apply(applyOps(org, step.ops), step.ops);
    this.say(`Redone: ${step.name.replaceAll(" → ", " to ")}`);
    return step.name;
  }

  /** Stops following. What is still on its way is sent while the line holds. */
  close(): void {
    this.#abort.abort();
    this.#unsubscribe();
  }

  #apply(org: Org, ops: Op[]): void {
    this.store.setState((state) => ({ org, pending: [...state.pending, { editId: crypto.randomUUID(), ops }] }));
    void this.#send();
  }

  /** Sends what is on its way, one after another, in order. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (;;) {
        const { orgId, pending } = this.store.getState();
        const next = pending.find((each) => !this.#sent.has(each.editId));
        if (!next) return;
        try {
          const { revision } = await this.#lab.call((client) => client.orgs.edit({ id: orgId, ...next }));
          this.#taken(next.editId, revision);
        } catch (error) {
          const code = (error as { code?: string }).code;
          // Only the lab's own refusal takes an edit back; anything else is tried again when there is a line.
          if (code !== "BAD_REQUEST" && code !== "READ_ONLY" && code !== "NOT_FOUND") return;
          this.#refuse(next.editId, sentenceOf(error));
        }
      }
    } finally {
      this.#sending = false;
    }
  }

  /** Edits that the lab has taken and that will come back in the stream, with their revisions. */
  #sent = new Map<string, number>();

  /** The lab has an edit as of a revision: what we already show of it need not wait for the stream. */
  #taken(editId: string, revision: number): void {
    const state = this.store.getState();
    if (!state.pending.some((each) => each.editId === editId)) return;
    if (state.revision === null || state.revision < revision) {
      this.#sent.set(editId, revision);
      return;
    }
    // It came back inside a whole, perhaps with others' edits after it: what is shown must not hold it twice.
    const pending = state.pending.filter((each) => each.editId !== editId);
    this.store.setState({ pending, org: state.confirmed ? replay(state.confirmed, pending) : null });
  }

  #refuse(editId: string, sentence: string): void {
    this.store.setState((state) => {
      const pending = state.pending.filter((each) => each.editId !== editId);
      return { pending, org: state.confirmed ? replay(state.confirmed, pending) : null, refused: sentence, undo: [], redo: [] };
    });
  }

  #receive(update: DraftUpdate): void {
    this.store.setState((state) => {
      if (update.kind === "whole") {
        // It holds what the lab has taken up to its revision. It may or may not hold edits whose answer was lost; those are
        // sent again and count once.
        const holds = (editId: string) => (this.#sent.get(editId) ?? Number.POSITIVE_INFINITY) <= update.revision;
        const pending = state.pending.filter((each) => !holds(each.editId));
        for (const { editId } of state.pending) if (holds(editId)) this.#sent.delete(editId);
        return { confirmed: update.org, revision: update.revision, pending, org: replay(update.org, pending), gone: false };
      }
      if (state.revision !== null && update.revision <= state.revision) return state;
      const confirmed = state.confirmed ? applyOps(state.confirmed, update.ops) : null;
      const own = state.pending.some((each) => each.editId === update.editId);
      const pending = own ? state.pending.filter((each) => each.editId !== update.editId) : state.pending;
      this.#sent.delete(update.editId);
      // Our own edit in its turn changes nothing that is shown: the same object keeps the canvas still.
      const inTurn = own && state.pending[0]?.editId === update.editId;
      return { confirmed, revision: update.revision, pending, org: inTurn || !confirmed ? state.org : replay(confirmed, pending) };
    });
  }
}

function replay(confirmed: Org, pending: readonly { ops: Op[] }[]): Org {
  return pending.reduce((org, each) => applyOps(org, each.ops), confirmed);
}

/** One step from two: of two sets of the same field only the last counts forwards, and the first backwards. */
function joined(first: Step, second: Step): Step {
  return sized({
    ...second,
    ops: squeeze([...first.ops, ...second.ops]),
    inverse: squeeze([...second.inverse, ...first.inverse]),
  });
}

function sized(step: Omit<Step, "size">): Step {
  return { ...step, size: JSON.stringify([step.ops, step.inverse]).length };
}

/** The newest steps that the history has room for; the last one always. */
function withinLimits(steps: readonly Step[]): Step[] {
  let room = MOST_HISTORY;
  let from = steps.length;
  while (from > 0 && steps.length - from < MOST_STEPS) {
    room -= steps[from - 1]?.size ?? 0;
    if (room < 0 && from < steps.length) break;
    from -= 1;
  }
  return steps.slice(from);
}

function squeeze(ops: readonly Op[]): Op[] {
  if (!ops.every((op) => op.op === "set" || op.op === "set-org")) return [...ops];
  const last = new Map<string, Op>();
  for (const op of ops) {
    const key = op.op === "set" ? `${op.in}/${op.id}/${op.field}` : op.op === "set-org" ? op.field : "";
    last.delete(key);
    last.set(key, op);
  }
  return [...last.values()];
}
