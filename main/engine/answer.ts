/** Owns reading a model's answer as what an agent does: sends, submissions, asides, and what is refused. Everything in it is hostile input. */
import type { RefusalCode } from "#shared/run/events.ts";
import type { AssistantBlock, ModelAnswer, ToolResultBlock, ToolUseBlock } from "#shared/run/messages.ts";
import { addressOf, type Contact, promptText, TOOL_NAMES } from "#main/engine/prompts.ts";

export interface Send {
  contacts: Contact[];
  text: string;
}

export interface Refusal {
  toolUseId: string;
  tool: string;
  code: RefusalCode;
  sentence: string;
  input: unknown;
}

/** What one answer does. `results` are the tool results that the agent is told, in order of its calls. */
export interface ReadAnswer {
  effects: ({ kind: "send"; send: Send } | { kind: "submit"; text: string })[];
  refusals: Refusal[];
  results: ToolResultBlock[];
  /** All text outside tool calls. */
  text: string;
  toolCalls: number;
}

/** Stop reasons of answers that end where the server cut them: their last block may be a part of what was meant. */
const CUT: ReadonlySet<string> = new Set(["max_tokens", "model_context_window_exceeded"]);

/** Reads an answer. Never throws, whatever the model wrote. */
export function readAnswer(answer: ModelAnswer, contacts: readonly Contact[], delivers: boolean): ReadAnswer {
  const read: ReadAnswer = { effects: [], refusals: [], results: [], text: "", toolCalls: 0 };
  const texts: string[] = [];
  answer.content.forEach((block, index) => {
    if (block.type === "text") texts.push(block.text);
    if (block.type !== "tool_use") return;
    read.toolCalls += 1;
    // The last block of these may be cut short and still look like a valid call.
    const cut = CUT.has(answer.stopReason) && index === answer.content.length - 1;
    if (cut) refuse(read, block, "cut-answer", promptText("cut"));
    else if (block.name === TOOL_NAMES.send && contacts.length > 0) readSend(read, block, contacts);
    else if (block.name === TOOL_NAMES.submit && delivers) readSubmit(read, block);
    else refuse(read, block, "unknown-tool", promptText("unknownTool", { tool: String(block.name).slice(0, 100) }));
  });
  read.text = texts.join("\n").trim();
  return read;
}

/** The blocks of an answer that go back into the history: the API refuses empty text, and thinking that was cut before its signature. */
export function historyBlocks(answer: ModelAnswer): AssistantBlock[] {
  return answer.content.filter((block) => {
    if (block.type === "text") return block.text.trim() !== "";
    return block.type !== "thinking" || block.signature !== "";
  });
}

function refuse(read: ReadAnswer, block: ToolUseBlock, code: RefusalCode, sentence: string): void {
  read.refusals.push({ toolUseId: block.id, tool: String(block.name).slice(0, 200), code, sentence, input: block.input });
  read.results.push({ type: "tool_result", tool_use_id: block.id, content: sentence, is_error: true, by: "engine" });
}

function fieldsOf(input: unknown): Record<string, unknown> | null {
  return typeof input === "object" && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : null;
}

function readSend(read: ReadAnswer, block: ToolUseBlock, contacts: readonly Contact[]): void {
  const fields = fieldsOf(block.input);
  const to = typeof fields?.to === "string" ? [fields.to] : fields?.to;
  if (!fields || !Array.isArray(to) || to.length === 0 || to.some((each) => typeof each !== "string"))
    return refuse(read, block, "bad-arguments", promptText("badArguments", { why: promptText("toIsNoList") }));
  if (typeof fields.text !== "string")
    return refuse(read, block, "bad-arguments", promptText("badArguments", { why: promptText("textIsNoText") }));
  if (fields.text.trim() === "") return refuse(read, block, "empty-message", promptText("emptyMessage"));
  const known: Contact[] = [];
  const unknown: string[] = [];
  for (const name of new Set(to as string[])) {
    const contact = contacts.find((each) => addressOf(each, contacts) === name) ?? contacts.find((each) => each.agent.id === name);
    if (!contact) unknown.push(name.slice(0, 100));
    else if (!known.includes(contact)) known.push(contact);
  }
  if (known.length > 0) read.effects.push({ kind: "send", send: { contacts: known, text: fields.text } });
  const sent = known.length > 0 ? promptText("sent", { recipients: known.map((each) => addressOf(each, contacts)).join(", ") }) : "";
  if (unknown.length === 0) {
    read.results.push({ type: "tool_result", tool_use_id: block.id, content: sent, by: "engine" });
    return;
  }
  const list = contacts.map((each) => addressOf(each, contacts)).join(", ");
  const refusal = promptText("unknownRecipient", { unknown: unknown.join(", "), contacts: list });
  refuse(read, block, "unknown-recipient", [sent, refusal].filter(Boolean).join(" "));
}

function readSubmit(read: ReadAnswer, block: ToolUseBlock): void {
  const text = fieldsOf(block.input)?.text;
  if (typeof text !== "string" || text.trim() === "")
    return refuse(read, block, "bad-arguments", promptText("badArguments", { why: promptText("textIsNoDeliverable") }));
  read.effects.push({ kind: "submit", text });
  read.results.push({ type: "tool_result", tool_use_id: block.id, content: promptText("submitted"), by: "engine" });
}
