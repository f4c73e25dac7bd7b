/** Owns what the test's own server answers: always the same to the same words, some of it sent on, some of it handed in. */

/** The part of a request that is looked at. */
export interface RequestBody {
  model: string;
  max_tokens: number;
  system?: { text: string }[];
  messages: { role: string; content: { type: string; text?: string }[] }[];
  tools?: { name: string; input_schema: { properties: Record<string, { items?: { enum?: string[] } }> } }[];
  tool_choice?: { type: string };
}

export interface WrittenAnswer {
  /** The server-sent events of the whole answer. */
  stream: string;
  inputTokens: number;
  outputTokens: number;
}

type Block = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: object };

/** Turns after which an agent has nothing more to say. */
const MOST_TURNS = 4;

/** @param key names the request; everything in the answer comes from it */
export function writeAnswer(body: RequestBody, key: string, servedModel: string | null): WrittenAnswer {
  const blocks = blocksOf(body, key);
  const chars = blocks.reduce((sum, block) => sum + (block.type === "text" ? block.text : JSON.stringify(block.input)).length, 0);
  const outputTokens = Math.min(body.max_tokens, Math.max(1, Math.ceil(chars / 4)));
  // Dearer than the usual four characters to a token, but no more than the bytes there are.
  const inputTokens = Math.ceil(Buffer.byteLength(JSON.stringify([body.system, body.messages, body.tools])) / 3);
  const usage = { input_tokens: inputTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = {
    id: `msg_${key}`,
    type: "message",
    role: "assistant",
    model: servedModel ?? body.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const events: ({ type: string } & Record<string, unknown>)[] = [{ type: "message_start", message }];
  for (const [index, block] of blocks.entries()) {
    const isText = block.type === "text";
    events.push(
      { type: "content_block_start", index, content_block: isText ? { type: "text", text: "" } : { ...block, input: {} } },
      {
        type: "content_block_delta",
        index,
        delta: isText ? { type: "text_delta", text: block.text } : { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
      },
      { type: "content_block_stop", index },
    );
  }
  const stopReason = blocks.some((block) => block.type === "tool_use") ? "tool_use" : "end_turn";
  events.push(
    { type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens: outputTokens } },
    { type: "message_stop" },
  );
  return { stream: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""), inputTokens, outputTokens };
}

function blocksOf({ tools = [], tool_choice, messages }: RequestBody, key: string): Block[] {
  const has = (name: string) => (tool_choice?.type === "none" ? undefined : tools.find((tool) => tool.name === name));
  const bits = Number.parseInt(key.slice(0, 8), 16);
  const turns = messages.filter((message) => message.role === "user").length;
  const text = `${wordsOf(bits)} (${key})`;
  const toolCall = (name: string, input: object): Block => ({ type: "tool_use", id: `toolu_${key}_${name}`, name, input });
  const contacts = has("send")?.input_schema.properties.to?.items?.enum ?? [];
  const blocks: Block[] = [];
  if (contacts.length > 0 && turns < MOST_TURNS) {
    const some = contacts.filter((_, index) => (bits >> index) & 1);
    blocks.push(toolCall("send", { to: some.length > 0 ? some : contacts, text }));
  }
  if (has("submit_deliverable") && (contacts.length === 0 || turns > 1)) blocks.push(toolCall("submit_deliverable", { text }));
  return blocks.length > 0 ? blocks : [{ type: "text", text }];
}

/** Rules of `plainSuite`, each in full, weakened, contradicted or left out. */
function wordsOf(bits: number): string {
  const codes = ["holds in full", "holds perhaps", "is off", ""];
  return [1, 2, 3, 4]
    .map((rule) => ({ rule, code: codes[(bits >> (8 + 2 * rule)) & 3] }))
    .filter(({ code }) => code !== "")
    .map(({ rule, code }) => `Rule ${rule} ${code}.`)
    .join(" ");
}
