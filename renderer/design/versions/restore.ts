/** Owns making an earlier design the present one: what stood is kept first, and it is one step that can be undone. */
import { replaceOps } from "#shared/org/replace.ts";
import type { Org } from "#shared/org/schema.ts";
import type { App } from "#renderer/state/app.ts";
import type { Draft } from "#renderer/state/draft.ts";

/** How long edits that are on their way are waited for. */
const SAVED_WITHIN_MS = 8_000;

/** Waits until the lab has every edit of a draft; false where it takes too long. */
export function whenSaved(draft: Draft, withinMs = SAVED_WITHIN_MS): Promise<boolean> {
  const saved = () => draft.store.getState().pending.length === 0;
  if (saved()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), withinMs);
    const unsubscribe = draft.store.subscribe(() => saved() && end(true));
    function end(done: boolean): void {
      clearTimeout(timer);
      unsubscribe();
      resolve(done);
    }
  });
}

/** Whether a design has nothing in it that a person made. */
export function isEmpty(org: Org): boolean {
  return org.agents.length + org.handoffs.length + org.notes.length + org.groups.length === 0;
}

/** Keeps the present design under a name, the last edits included. Says why where it could not; false then. */
export async function saveVersion(app: App, draft: Draft, name: string, kind: "named" | "snapshot"): Promise<boolean> {
  if (!(await whenSaved(draft))) {
    app.toast("error", "The last changes have not reached Driftlab yet, so no version was kept; try again when it says “Saved”.");
    return false;
  }
  const { orgId } = draft.store.getState();
  return (await app.attempt(() => app.lab.call((client) => client.orgs.versions.save({ orgId, name, kind })))) !== null;
}

/** Most signs of a version's name. */
const NAME = 200;

/** Makes a design the present one. Nothing is changed where the present one could not be kept. */
export async function restore(app: App, draft: Draft, design: Org, name: string): Promise<boolean> {
  const present = draft.store.getState().org;
  if (!present) return false;
  const ops = replaceOps(present, design);
  if (ops.length === 0) {
    app.toast("info", `“${name}” is what the present design says already.`);
    return false;
  }
  const kept = `Before restoring ${name}`.slice(0, NAME);
  if (!isEmpty(present) && !(await saveVersion(app, draft, kept, "snapshot"))) return false;
  const now = draft.store.getState().org;
  if (!now) return false;
  const step = `restore ${name}`;
  draft.edit({ name: step, ops: replaceOps(now, design) });
  app.toast("info", isEmpty(present) ? `“${name}” was restored.` : `“${name}” was restored; what stood is kept as “${kept}”.`, {
    name: "Undo",
    // Only this step: what was done since stays.
    run: () => void (draft.store.getState().undo.at(-1)?.name === step && draft.undo()),
  });
  return true;
}
