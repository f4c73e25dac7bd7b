/** Owns reading the words of a tool's "text" field while its JSON is still being written. */

/** Longest key that is looked at; a longer one cannot be the field. */
const KEY_LENGTH = 64;
const ESCAPES: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

type Place = "start" | "key" | "colon" | "value" | "bare" | "after" | "nested" | "done";
/** Which string is being read: a key, the field sought, another value of the object, or one further down. */
type Inside = "key" | "field" | "other" | "nested";

/**
 * Reads one top-level string field out of the pieces of a JSON object, each character once.
 *
 * What it hands out adds up to the field's value as `JSON.parse` would give it. Of a field that comes twice only the first is
 * read; from the first character that is not JSON on, nothing more is handed out.
 */
export class FieldReader {
  readonly #field: string;
  #place: Place = "start";
  #inside: Inside | null = null;
  #depth = 0;
  #key = "";
  /** The digits of an unfinished \u escape; an empty text after the backslash alone; null outside. */
  #escape: string | null = null;
  /** First half of a character that is written in two. */
  #half = "";

  constructor(field: string) {
    this.#field = field;
  }

  /** Takes the next piece; returns the field's characters in it. Never throws, whatever a server sends. */
  push(piece: string): string {
    let out = "";
    for (let at = 0; at < piece.length && this.#place !== "done"; at += 1) {
      const char = piece[at] as string;
      out += this.#inside === null ? this.#outside(char) : this.#within(char, this.#inside);
    }
    return out;
  }

  #outside(char: string): string {
    if (/\s/.test(char)) {
      if (this.#place === "bare") this.#place = "after";
      return "";
    }
    if (this.#place === "nested") this.#nested(char);
    else if (this.#place === "start") this.#place = char === "{" ? "key" : "done";
    else if (this.#place === "key") this.#beginKey(char);
    else if (this.#place === "colon") this.#place = char === ":" ? "value" : "done";
    else if (this.#place === "value") this.#beginValue(char);
    else if (char === ",") this.#place = "key";
    else if (this.#place === "after" || !/[-+.\w]/.test(char)) this.#place = "done";
    return "";
  }

  #beginKey(char: string): void {
    if (char !== '"') this.#place = "done";
    else {
      this.#inside = "key";
      this.#key = "";
    }
  }

  #beginValue(char: string): void {
    this.#place = "after";
    if (char === '"') this.#inside = this.#key === this.#field ? "field" : "other";
    else if (char === "{" || char === "[") {
      this.#place = "nested";
      this.#depth = 1;
    } else this.#place = this.#key === this.#field || !/[-\w]/.test(char) ? "done" : "bare";
  }

  /** Further down only strings and brackets matter: where it ends. */
  #nested(char: string): void {
    if (char === '"') this.#inside = "nested";
    else if (char === "{" || char === "[") this.#depth += 1;
    else if (char === "}" || char === "]") {
      this.#depth -= 1;
      if (this.#depth === 0) this.#place = "after";
    }
  }

  #within(char: string, inside: Inside): string {
    if (this.#escape !== null) return this.#escaped(char, inside);
    if (char === "\\") {
      this.#escape = "";
      return "";
    }
    if (char !== '"') return this.#character(char, inside);
    this.#inside = null;
    if (inside === "key") this.#place = "colon";
    if (inside !== "field") return "";
    this.#place = "done";
    return this.#half;
  }

  #escaped(char: string, inside: Inside): string {
    const digits = `${this.#escape}${char}`;
    if (digits.length === 1 && char !== "u") {
      this.#escape = null;
      const plain = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
      if (plain === undefined) this.#place = "done";
      return plain === undefined ? "" : this.#character(plain, inside);
    }
    if (digits.length > 1 && !/[\da-fA-F]/.test(char)) {
      this.#place = "done";
      return "";
    }
    this.#escape = digits;
    if (digits.length < 5) return "";
    this.#escape = null;
    return this.#character(String.fromCharCode(Number.parseInt(digits.slice(1), 16)), inside);
  }

  #character(char: string, inside: Inside): string {
    if (inside === "key" && this.#key.length < KEY_LENGTH) this.#key += char;
    if (inside !== "field") return "";
    const whole = this.#half + char;
    // The halves of a character are handed out together: a screen would show each as a question mark.
    this.#half = /[\uD800-\uDBFF]/.test(char) ? char : "";
    return this.#half === "" ? whole : whole.slice(0, -1);
  }
}

/** The part of a stream event that is read. */
export interface StreamEvent {
  type: string;
  content_block?: { type: string };
  delta?: unknown;
}

/** Hands a stream's words to a listener: text as it is, of tool calls their "text" field. A listener that throws is not called again. */
export class WordReader {
  #onWords: ((delta: string) => void) | null;
  #field = new FieldReader("text");
  /** Whether words were told before this block, and none in it yet: what is written to several is not one text. */
  #betweenBlocks = false;
  #toldAny = false;

  constructor(onWords: (delta: string) => void) {
    this.#onWords = onWords;
  }

  /** Takes one event of the stream. Never throws. */
  take(event: StreamEvent): void {
    if (event.type === "content_block_start") {
      this.#field = new FieldReader("text");
      this.#betweenBlocks = this.#toldAny;
    }
    if (event.type !== "content_block_delta") return;
    const delta = event.delta as { type?: unknown; text?: unknown; partial_json?: unknown } | null | undefined;
    if (delta?.type === "text_delta" && typeof delta.text === "string") this.#tell(delta.text);
    if (delta?.type === "input_json_delta" && typeof delta.partial_json === "string") this.#tell(this.#field.push(delta.partial_json));
  }

  #tell(words: string): void {
    if (words === "" || this.#onWords === null) return;
    const gap = this.#betweenBlocks ? "\n\n" : "";
    this.#betweenBlocks = false;
    this.#toldAny = true;
    try {
      this.#onWords(gap + words);
    } catch {
      // Watching must not break what is watched: the answer is what counts.
      this.#onWords = null;
    }
  }
}
