/** Owns the shapes of the app as a whole that travel between the lab and a screen. */

export interface AppInfo {
  version: string;
  host: "electron" | "browser" | "test";
  dataFile: string;
  readOnly: boolean;
  /** Why the store was opened read-only, as a sentence. */
  readOnlyReason: string | null;
  promptsVersion: string;
  /** The engine's own texts by name. */
  prompts: Record<string, string>;
  prices: {
    date: string;
    source: string;
    file: string | null;
    problem: string | null;
    models: { model: string; input: number; output: number }[];
  };
  keyStatus: KeyStatus;
}

/** Where the Anthropic key comes from; the key itself never travels. */
export type KeyStatus = "none" | "environment" | "typed";

/** Models that can be asked for: from the API where there is a key and a network, otherwise those with a known price. */
export interface ModelList {
  /** Newest first where the API gave them. */
  models: { model: string; name: string | null }[];
  from: "api" | "prices";
  /** Why they are not the API's own, as a sentence. */
  why: string | null;
}
