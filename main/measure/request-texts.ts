/** Owns which texts of a request an agent can hold a constraint from (M1): all but its own words, its thinking and the engine's words. */
import type { ModelRequest } from "#shared/run/messages.ts";

/** System blocks and all user-side blocks that are not the engine's own, in order. */
export function requestTexts(request: ModelRequest): string[] {
  const blocks = [...request.system, ...request.messages.flatMap((message) => (message.role === "user" ? message.content : []))];
  return blocks.flatMap((block) => (block.by === "engine" ? [] : [block.type === "text" ? block.text : block.content]));
}

/** The same without the blocks that were new in this request: what the agent had before they came. */
export function earlierTexts(request: ModelRequest, newBlocks: readonly string[]): string[] {
  const left = [...newBlocks];
  // New blocks stand last, so they are taken from the end: an equal block of an earlier turn stays.
  return requestTexts(request)
    .reverse()
    .filter((text) => {
      const at = left.indexOf(text);
      if (at !== -1) left.splice(at, 1);
      return at === -1;
    })
    .reverse();
}
