/** Owns what a simulated agent learns: only from phrases found in the body of the request it is answering. */
import type { CellScript } from "#main/models/simulated/script.ts";

/** The part of a Messages API request that is read. A stored request is one too. */
export interface RequestBody {
  model: string;
  max_tokens: number;
  stream?: boolean;
  system?: string | RequestContent[];
  messages: { role: string; content: string | RequestContent[] }[];
  tools?: RequestTool[];
  tool_choice?: { type: string };
  /** In batches, which have no headers of their own: `user_id` carries the call's identity. */
  metadata?: { user_id?: string };
}

export interface RequestTool {
  name: string;
  input_schema?: { properties?: Record<string, unknown> };
  cache_control?: { type: string } | null;
}

export interface RequestContent {
  type: string;
  text?: string;
  content?: string | { type: string; text?: string }[];
  cache_control?: { type: string } | null;
}

/** The tools that the answer may call. */
export function toolsToCall(body: RequestBody): RequestTool[] {
  return body.tool_choice?.type === "none" ? [] : (body.tools ?? []);
}

/** Whom the request's send tool can reach, by the names it lists. */
export function contactNames(body: RequestBody): string[] {
  const to = toolsToCall(body).find((tool) => tool.name === "send")?.input_schema?.properties?.to;
  return (to as { items?: { enum?: string[] } } | undefined)?.items?.enum ?? [];
}

export interface Knowledge {
  /** By constraint id: 1 held in full, 0.5 held weakly; absent: not held. */
  held: Map<string, 0.5 | 1>;
  /** Constraints it was told to contradict. */
  contradicted: Set<string>;
  /** Asks it knows of. */
  asks: Set<string>;
}

/** Everything the request shows, the agent's own earlier words left out; lower case, white space folded. */
export function shownText(body: RequestBody): string {
  const parts: string[] = [];
  if (typeof body.system === "string") parts.push(body.system);
  else for (const block of body.system ?? []) parts.push(block.text ?? "");
  for (const message of body.messages) {
    if (message.role !== "user") continue;
    if (typeof message.content === "string") parts.push(message.content);
    else
      for (const block of message.content) {
        if (block.type === "text") parts.push(block.text ?? "");
        if (block.type === "tool_result")
          parts.push(typeof block.content === "string" ? block.content : (block.content ?? []).map((each) => each.text ?? "").join("\n"));
      }
  }
  return fold(parts.join("\n"));
}

/** Reads what the request teaches about the script's constraints and asks. */
export function learn(text: string, script: CellScript): Knowledge {
  const knowledge: Knowledge = { held: new Map(), contradicted: new Set(), asks: new Set() };
  for (const item of script.constraints) {
    // A weak or contrary sentence may contain the constraint's own words, so those are taken out before the full ones are sought.
    const contrary = takeOut(text, item.contradicted);
    if (contrary.found) knowledge.contradicted.add(item.id);
    const weak = takeOut(contrary.rest, item.weakened);
    const full = [...item.preserved, ...item.alsoPreserved].some((phrase) => weak.rest.includes(fold(phrase)));
    if (full) knowledge.held.set(item.id, 1);
    else if (weak.found) knowledge.held.set(item.id, 0.5);
  }
  for (const ask of script.asks) if (text.includes(fold(ask.text))) knowledge.asks.add(ask.id);
  return knowledge;
}

function takeOut(text: string, phrases: readonly string[]): { rest: string; found: boolean } {
  let rest = text;
  for (const phrase of phrases) rest = rest.replaceAll(fold(phrase), " ");
  return { rest, found: rest !== text };
}

function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
