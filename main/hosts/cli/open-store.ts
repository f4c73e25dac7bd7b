/** Owns opening the database for a command. */
import { dirname } from "node:path";
import { BadInput } from "#main/hosts/cli/exit.ts";
import { defaultDatabase } from "#main/hosts/data-folder.ts";
import { storeErrorSentence } from "#main/store/open.ts";
import { Store } from "#main/store/store.ts";

/** Opens `--db`, or the per-user database. */
export function openCliStore(file: string | undefined, readOnly: boolean): { store: Store; folder: string | null } {
  const path = file ?? defaultDatabase();
  const opened = Store.open({ file: path, readOnly });
  if (!opened.ok) throw new BadInput(storeErrorSentence(opened.error));
  return { store: opened.store, folder: path === ":memory:" ? null : dirname(path) };
}
