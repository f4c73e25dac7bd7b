/** Owns the messages that wait in a run: in order, taken as far as limits allow, changed just before delivery in a branch. */
import type { ChangeKind } from "#shared/run/events.ts";

export interface Mail {
  id: string;
  edgeId: string;
  target: string;
  from: string;
  written: string;
  /** The exact block that the receiver is shown; made anew where the message is changed. */
  block(written: string): string;
  /** Hops from the brief: 1 for what an entry agent writes in its first turn. */
  hop: number;
}

export interface MessageChange {
  how: ChangeKind;
  /** Null drops the message. */
  written: string | null;
}

/** A message that is about to be shown, as the receiver will see it. */
export interface Delivery {
  id: string;
  shown: string;
  hop: number;
}
