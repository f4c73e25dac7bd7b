/** Owns what the Messages API refuses in a request, as sentences; of the engine's own requests there must be none. */
import type { ModelMessage, ModelRequest, UserBlock } from "#shared/run/messages.ts";

/** The most `cache_control` marks that the API takes in one request. */
const MOST_BREAKPOINTS = 4;

/** Why the API would not take a request; empty where it would. */
export function requestProblems(request: ModelRequest): string[] {
  return [...roleProblems(request), ...pairProblems(request), ...blockProblems(request)];
}

function roleProblems({ messages }: ModelRequest): string[] {
  const problems: string[] = [];
  if (messages[0]?.role !== "user") problems.push("the first message is not the user's");
  if (messages.at(-1)?.role !== "user") problems.push("the last message is not the user's");
  for (const [index, message] of messages.entries()) {
    if (index > 0 && message.role === messages[index - 1]?.role) problems.push(`message ${index} has the role of the one before`);
    if (message.content.length === 0) problems.push(`message ${index} is empty`);
  }
  return problems;
}

function pairProblems({ messages, tools }: ModelRequest): string[] {
  const problems: string[] = [];
  let called: string[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "user") {
      const results = message.content.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
      if (JSON.stringify(results) !== JSON.stringify(called))
        problems.push(`message ${index} answers ${results.join()} and not ${called.join()}`);
      const texts = message.content.findIndex((block) => block.type === "text");
      if (texts !== -1 && message.content.slice(texts).some((block) => block.type === "tool_result"))
        problems.push(`message ${index} has results after text`);
    }
    called = message.role === "assistant" ? message.content.flatMap((block) => (block.type === "tool_use" ? [block.id] : [])) : [];
    if (called.length > 0 && tools.length === 0) problems.push(`message ${index} calls tools, and none are declared`);
    if (called.length > 0 && messages[index + 1]?.role !== "user") problems.push(`message ${index} calls tools that nothing answers`);
  }
  return problems;
}

function blockProblems({ system, messages, max_tokens }: ModelRequest): string[] {
  const problems: string[] = [];
  const blocks = [...system, ...messages.flatMap((message): readonly unknown[] => message.content)] as UserBlock[];
  for (const block of blocks) if (block.type === "text" && block.text.trim() === "") problems.push("there is an empty text block");
  if (blocks.filter((block) => block.cache_control !== undefined).length > MOST_BREAKPOINTS) problems.push("too many cache marks");
  if (!(Number.isInteger(max_tokens) && max_tokens >= 1)) problems.push(`max_tokens is ${max_tokens}`);
  return problems;
}

/** The blocks that the API's prompt cache compares, as texts without marks; `upTo` keeps those up to the last mark. */
export function cachedBlocks(request: ModelRequest, upTo: "last-mark" | "all"): string[] {
  const blocks: unknown[] = [
    ...request.tools,
    ...request.system,
    ...request.messages.flatMap((message: ModelMessage) => message.content.map((block) => ({ role: message.role, ...block }))),
  ];
  const last = blocks.findLastIndex((block) => (block as { cache_control?: unknown }).cache_control !== undefined);
  return blocks.slice(0, upTo === "all" ? blocks.length : last + 1).map((block) => {
    const { cache_control: _mark, ...rest } = block as Record<string, unknown>;
    return JSON.stringify(rest);
  });
}
