/** Owns opening the lab for a host: the store, read-only where another process has it, the environment's key. */
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { defaultDatabase } from "#main/hosts/data-folder.ts";
import { readServerKey } from "#main/hosts/launch/server-key.mjs";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { APP_VERSION } from "#main/hosts/version.ts";
import { Lab } from "#main/lab/lab.ts";
import { storeErrorSentence } from "#main/store/open.ts";
import { Store } from "#main/store/store.ts";

export interface OpenLabOptions {
  file?: string;
  host: "electron" | "browser";
  /** Environment variable with a compatible server's own key. */
  keyEnv?: string;
}

/** The lab, or the sentence that says why not. A store that another process has is opened read-only. */
export function openLab({
  file = defaultDatabase(),
  host,
  keyEnv,
}: OpenLabOptions): { ok: true; lab: Lab } | { ok: false; message: string } {
  const serverKey = keyEnv === undefined ? null : readServerKey(keyEnv);
  if (serverKey?.ok === false) return serverKey;
  let opened = Store.open({ file });
  let readOnlyReason: string | null = null;
  if (!opened.ok && opened.error.code === "in-use") {
    readOnlyReason = `Another Driftlab (process ${opened.error.pid}) has this database open, so this one only reads. Close the other one and start again to make changes.`;
    opened = Store.open({ file, readOnly: true });
  }
  if (!opened.ok) return { ok: false, message: storeErrorSentence(opened.error) };
  const lab = new Lab({
    store: opened.store,
    host,
    appVersion: APP_VERSION,
    folder: file === ":memory:" ? null : dirname(file),
    readOnlyReason,
    ports: NODE_PORTS,
    anthropicKey: process.env.ANTHROPIC_API_KEY || null,
    serverKey: serverKey?.key ?? null,
    newId: () => randomBytes(8).toString("hex"),
  });
  return { ok: true, lab };
}
