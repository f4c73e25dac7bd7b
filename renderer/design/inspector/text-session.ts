/** Owns when typed text becomes an edit: after a pause, at the latest after some seconds, and at once where the field is left. */

export interface TextSessionParts {
  /** Told what the text is now. `sessionMs` is when this session began: the same for all that is typed until the field is left. */
  commit(text: string, sessionMs: number): void;
  nowMs(): number;
  /** Calls back after so many milliseconds; what it returns calls that off. */
  later(then: () => void, ms: number): () => void;
}

/** A pause in typing, in milliseconds. Each edit draws the whole canvas anew, which must not come between two keys. */
export const PAUSE_MS = 400;
/** Longest that typed text is held back, in milliseconds. */
export const MOST_HELD_MS = 10_000;

/** One text field. Everything typed from when it is entered to when it is left belongs to one session: one undo step. */
export class TextSession {
  #parts: TextSessionParts;
  /** What the field shows. */
  #shown: string;
  /** Since when there is text that was not handed on; null where there is none. */
  #heldSince: number | null = null;
  #sessionMs: number | null = null;
  #callOff: (() => void) | null = null;

  constructor(shown: string, parts: TextSessionParts) {
    this.#shown = shown;
    this.#parts = parts;
  }

  /** A key was pressed: the field shows this now. */
  typed(text: string): void {
    if (text === this.#shown) return;
    const now = this.#parts.nowMs();
    this.#shown = text;
    this.#sessionMs ??= now;
    this.#heldSince ??= now;
    this.#callOff?.();
    const left = Math.max(0, this.#heldSince + MOST_HELD_MS - now);
    this.#callOff = this.#parts.later(() => this.flush(), Math.min(PAUSE_MS, left));
  }

  /** Hands on what is held back. */
  flush(): void {
    this.#callOff?.();
    this.#callOff = null;
    if (this.#heldSince === null || this.#sessionMs === null) return;
    this.#heldSince = null;
    this.#parts.commit(this.#shown, this.#sessionMs);
  }

  /** The field is left: what is typed next is another undo step. */
  end(): void {
    this.flush();
    this.#sessionMs = null;
  }

  /**
   * The design's text came in: whether the field is to show it (an undo, another tab). What is being typed goes first; it is
   * about to become the design's text.
   */
  takes(text: string): boolean {
    if (this.#heldSince !== null || text === this.#shown) return false;
    this.#shown = text;
    // After an undo the same session would join the step that was taken back.
    this.#sessionMs = null;
    return true;
  }
}

/** The smallest change that makes one text of another: what lies between the common start and the common end. */
export function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/** Bytes of UTF-8 to a token, on the low side, as the lab counts before a run: rather too many tokens than too few. */
const BYTES_PER_TOKEN = 3;

/** About how many tokens a text is; an estimate by its length. */
export function estimatedTokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / BYTES_PER_TOKEN);
}
