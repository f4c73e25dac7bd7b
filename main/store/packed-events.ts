/** Owns the stored form of a run's events: what an event repeats word for word from an earlier one is stored as a reference to it. */
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { AssistantBlock, ModelAnswer, ModelMessage, ModelRequest, UserBlock } from "#shared/run/messages.ts";

/*
 * Each request holds its agent's whole conversation, so storing every request in full would make a run's events grow with the square
 * of its length. In a stored body:
 *
 *   request.system, request.tools   { as: 7 }: as in the request of event 7
 *   request.messages                { as: 7, first: 4, more: […] }: the first four messages of that request, then these;
 *                                   `unmarked`: the fourth without the cache mark on its last block;
 *                                   in `more`, { answer: 9 }: an assistant's message with the content of the answer in event 9
 *   written, shown, text            { in: 9, block: 0 }: the text of that block, of the answer in event 9 or of the last message of the request in it
 *
 * In full these are lists or texts, so the two forms cannot be confused; everything else stands as it is, in its order. References
 * go to events of the same run only, never to a branch's parent, so the events stored under a run can be read alone. Who has
 * forgotten (a new process, for one) writes in full.
 */

interface As {
  as: number;
}
interface TextRef {
  in: number;
  block: number;
}
interface PackedMessages extends As {
  first: number;
  unmarked?: true;
  more: (ModelMessage | { answer: number })[];
}
type Packed<T, Keys extends keyof T, Ref> = Omit<T, Keys> & { [Key in Keys]: T[Key] | Ref };
type PackedRequest = Packed<Packed<ModelRequest, "system" | "tools", As>, "messages", PackedMessages>;
type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;
type PackedEvent =
  | Packed<EventOf<"call-started">, "request", PackedRequest>
  | Packed<EventOf<"message-sent">, "written", TextRef>
  | Packed<EventOf<"handoff-shown">, "shown", TextRef>
  | Packed<EventOf<"deliverable-submitted">, "text", TextRef>
  | Exclude<RunEvent, { type: "call-started" | "message-sent" | "handoff-shown" | "deliverable-submitted" }>;

/** An event as it stands in the database. */
export interface StoredEvent {
  seq: number;
  atMs: number;
  body: string;
}

/** An agent's newest call: where its request and its answer stand. */
interface Newest {
  callId: string;
  seq: number;
  request: ModelRequest;
  answered: { seq: number; answer: ModelAnswer } | null;
}

interface Remembered {
  byAgent: Map<string, Newest>;
  byCall: Map<string, Newest>;
}

/** Runs that are remembered at most: those beyond it, oldest first, write their next requests in full again. */
const MOST_RUNS = 2_000;
/** A text that is no longer than its reference is stored as it is. */
const SHORTEST_TEXT = 40;

/** Packs events as they are stored. What it is handed is taken as immutable, as the engine's messages are. */
export class EventPacker {
  #runs = new Map<string, Remembered>();

  /** The body of an event. Changes nothing: see `remember`. */
  pack(runId: string, event: RunEvent): string {
    return JSON.stringify(this.#packed(this.#runs.get(runId), event));
  }

  /** To be told of each event once it is stored, so that later ones can refer to it. */
  remember(runId: string, { seq, event }: StampedEvent): void {
    if (event.type === "run-ended") this.#runs.delete(runId);
    else if (event.type === "call-started") {
      const run = this.#run(runId);
      const newest: Newest = { callId: event.id, seq, request: event.request, answered: null };
      const before = run.byAgent.get(event.agent);
      if (before) run.byCall.delete(before.callId);
      run.byAgent.set(event.agent, newest);
      run.byCall.set(event.id, newest);
    } else if (event.type === "call-ended") {
      const newest = this.#runs.get(runId)?.byCall.get(event.id);
      if (newest) newest.answered = { seq, answer: event.answer };
    }
  }

  /** Lets go of a run that will not go on. */
  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  #run(runId: string): Remembered {
    const known = this.#runs.get(runId);
    if (known) return known;
    const [oldest] = this.#runs.keys();
    if (this.#runs.size >= MOST_RUNS && oldest !== undefined) this.#runs.delete(oldest);
    const run: Remembered = { byAgent: new Map(), byCall: new Map() };
    this.#runs.set(runId, run);
    return run;
  }

  #packed(run: Remembered | undefined, event: RunEvent): PackedEvent {
    if (!run) return event;
    switch (event.type) {
      case "call-started": {
        const newest = run.byAgent.get(event.agent);
        return newest ? { ...event, request: packRequest(event.request, newest) } : event;
      }
      case "message-sent":
        return { ...event, written: written(run, event.callId, event.written) };
      case "deliverable-submitted":
        return { ...event, text: written(run, event.callId, event.text) };
      case "handoff-shown": {
        const newest = run.byCall.get(event.callId);
        return newest ? { ...event, shown: reference(event.shown, newest.seq, newest.request.messages.at(-1)?.content) } : event;
      }
      default:
        return event;
    }
  }
}

function written(run: Remembered, callId: string, text: string): string | TextRef {
  const answered = run.byCall.get(callId)?.answered;
  return answered ? reference(text, answered.seq, answered.answer.content) : text;
}

function reference(text: string, seq: number, content: readonly (AssistantBlock | UserBlock)[] = []): string | TextRef {
  if (text.length < SHORTEST_TEXT) return text;
  const block = content.findIndex((each) => textOf(each) === text);
  return block < 0 ? text : { in: seq, block };
}

/** What a block says: its text, or the text that a tool call hands over. */
function textOf(block: AssistantBlock | UserBlock | undefined): string | null {
  if (block?.type === "text") return block.text;
  if (block?.type !== "tool_use") return null;
  const text = typeof block.input === "object" && block.input !== null ? (block.input as Record<string, unknown>).text : null;
  return typeof text === "string" ? text : null;
}

function packRequest(request: ModelRequest, newest: Newest): PackedRequest {
  const as: As = { as: newest.seq };
  return {
    ...request,
    system: same(request.system, newest.request.system) ? as : request.system,
    messages: packMessages(request.messages, newest),
    tools: same(request.tools, newest.request.tools) ? as : request.tools,
  };
}

function packMessages(messages: ModelMessage[], { seq, request, answered }: Newest): ModelMessage[] | PackedMessages {
  const before = request.messages;
  let first = 0;
  while (first < messages.length && first < before.length && same(messages[first], before[first])) first += 1;
  const last = before[first];
  const unmarked = last !== undefined && same(messages[first], withoutMark(last));
  if (unmarked) first += 1;
  if (first === 0) return messages;
  const more = messages
    .slice(first)
    .map((message) =>
      answered && isPlain(message) && same(message.content, answered.answer.content) ? { answer: answered.seq } : message,
    );
  return { as: seq, first, ...(unmarked ? { unmarked } : {}), more };
}

/** Whether a message is exactly what a reference to an answer stands for. */
function isPlain(message: ModelMessage): boolean {
  return message.role === "assistant" && Object.keys(message).join() === "role,content";
}

/** A message without the cache mark on its last block. */
function withoutMark(message: ModelMessage): ModelMessage {
  const last = message.content.at(-1);
  if (message.role !== "user" || last === undefined || !("cache_control" in last)) return message;
  const { cache_control: _mark, ...rest } = last;
  return { ...message, content: [...message.content.slice(0, -1), rest as UserBlock] } as ModelMessage;
}

/** Whether two values are written as the same JSON, the order of keys included. May say no where they are, never yes where they are not. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length &&
    keys.every((key, index) => others[index] === key && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/**
 * Reads stored events of one run, in order, as they were. Where only some types are read, `call-started` and `call-ended` must be
 * among them: all references go to these. Throws where a reference leads nowhere, which only a damaged file has.
 */
export function unpackEvents(rows: readonly StoredEvent[]): StampedEvent[] {
  const reader = new EventReader();
  return rows.map(({ seq, atMs, body }) => ({ seq, atMs, event: reader.read(seq, JSON.parse(body) as PackedEvent) }));
}

class EventReader {
  #requests = new Map<number, ModelRequest>();
  #answers = new Map<number, AssistantBlock[]>();

  read(seq: number, packed: PackedEvent): RunEvent {
    switch (packed.type) {
      case "call-started": {
        const request = this.#request(packed.request);
        this.#requests.set(seq, request);
        return { ...packed, request };
      }
      case "call-ended":
        this.#answers.set(seq, packed.answer.content);
        return packed;
      case "message-sent":
        return { ...packed, written: this.#text(packed.written) };
      case "deliverable-submitted":
        return { ...packed, text: this.#text(packed.text) };
      case "handoff-shown":
        return { ...packed, shown: this.#text(packed.shown) };
      default:
        return packed;
    }
  }

  #request(packed: PackedRequest): ModelRequest {
    const { system, messages, tools } = packed;
    return {
      ...packed,
      system: Array.isArray(system) ? system : this.#requestAt(system.as).system,
      messages: Array.isArray(messages) ? messages : this.#messages(messages),
      tools: Array.isArray(tools) ? tools : this.#requestAt(tools.as).tools,
    };
  }

  #messages({ as, first, unmarked, more }: PackedMessages): ModelMessage[] {
    const kept = this.#requestAt(as).messages.slice(0, first);
    const last = kept.at(-1);
    if (unmarked && last) kept[first - 1] = withoutMark(last);
    for (const each of more) kept.push("answer" in each ? { role: "assistant", content: this.#answerAt(each.answer) } : each);
    return kept;
  }

  #text(packed: string | TextRef): string {
    if (typeof packed === "string") return packed;
    const content = this.#answers.get(packed.in) ?? this.#requestAt(packed.in).messages.at(-1)?.content;
    const text = textOf(content?.[packed.block]);
    return text ?? missing(packed.in);
  }

  #requestAt(seq: number): ModelRequest {
    return this.#requests.get(seq) ?? missing(seq);
  }

  #answerAt(seq: number): AssistantBlock[] {
    return this.#answers.get(seq) ?? missing(seq);
  }
}

function missing(seq: number): never {
  throw new Error(`A stored event refers to event ${seq} of its run, which does not hold what it should. The database file is damaged.`);
}
