/** Owns the drafts that are being edited: applies edits in order, saves at once, tells every tab. */
import { applyOps, type Op } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import { orgSchema } from "#shared/org/schema.ts";
import type { DraftUpdate } from "#shared/rpc/org-types.ts";
import type { OrgTable } from "#main/store/orgs.ts";
import { Signal } from "#main/lab/signal.ts";

interface KeptEdit {
  editId: string;
  ops: Op[];
  revision: number;
}

/** How many edits are kept per draft for tabs that were away; one that was away longer is told the whole. */
const KEPT_EDITS = 500;

export class DraftRoom {
  #orgs: OrgTable;
  #nowMs: () => number;
  #beforeEmptied: (id: string, design: Org) => void;
  #edits = new Map<string, KeptEdit[]>();
  #signals = new Map<string, Signal>();

  /** @param beforeEmptied told of a design whose agents one edit is about to take away, all at once */
  constructor(orgs: OrgTable, nowMs: () => number, beforeEmptied: (id: string, design: Org) => void = () => undefined) {
    this.#orgs = orgs;
    this.#nowMs = nowMs;
    this.#beforeEmptied = beforeEmptied;
  }

  /**
   * Applies an edit to the draft as it is now and stores it. The same edit sent twice (after a lost answer) counts once.
   *
   * @returns the draft's new revision; null where there is no such org
   * @throws where the edit would leave something that is no org
   */
  edit(id: string, editId: string, ops: readonly Op[]): number | null {
    const row = this.#orgs.get(id);
    if (!row) return null;
    const edits = this.#editsOf(id);
    const again = edits.find((each) => each.editId === editId);
    if (again) return again.revision;
    const next: Org = applyOps(row.draft, ops);
    // Checked, not rewritten: undoing must find the same bytes again.
    orgSchema.parse(next);
    if (row.draft.agents.length > 1 && next.agents.length === 0) this.#beforeEmptied(id, row.draft);
    const revision = this.#orgs.saveDraft(id, next, this.#nowMs());
    edits.push({ editId, ops: [...ops], revision });
    if (edits.length > KEPT_EDITS) edits.splice(0, edits.length - KEPT_EDITS);
    this.#signalOf(id).notify();
    return revision;
  }

  /** The draft, then every edit to it, until aborted. `since` is the last revision a tab has. */
  async *watch(id: string, since: number | null, signal: AbortSignal | undefined): AsyncGenerator<DraftUpdate> {
    let known = since;
    while (!signal?.aborted) {
      const changed = this.#signalOf(id).next(signal);
      const row = this.#orgs.get(id);
      if (!row) return;
      if (known === null || known > row.revision || !this.#reaches(id, known, row.revision)) {
        yield { kind: "whole", org: row.draft, revision: row.revision };
        known = row.revision;
      }
      for (const edit of this.#editsOf(id).filter((each) => each.revision > (known as number))) {
        yield { kind: "edit", ...edit };
        known = edit.revision;
      }
      await changed;
    }
  }

  /** Whether the kept edits lead from one revision to another without a gap. */
  #reaches(id: string, from: number, to: number): boolean {
    if (from === to) return true;
    const after = this.#editsOf(id).filter((each) => each.revision > from);
    return after.length === to - from;
  }

  #editsOf(id: string): KeptEdit[] {
    let edits = this.#edits.get(id);
    if (!edits) {
      edits = [];
      this.#edits.set(id, edits);
    }
    return edits;
  }

  #signalOf(id: string): Signal {
    let signal = this.#signals.get(id);
    if (!signal) {
      signal = new Signal();
      this.#signals.set(id, signal);
    }
    return signal;
  }
}
