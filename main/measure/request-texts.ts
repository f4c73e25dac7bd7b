/** Owns which texts a request shows its agent (M1): everything but its own words and its thinking. */
import type { ModelRequest } from "#shared/run/messages.ts";

/** System blocks and all user-side blocks, in order. */
export function requestTexts(request: ModelRequest): string[] {
  const texts = request.system.map((block) => block.text);
  for (const message of request.messages) {
    if (message.role !== "user") continue;
    for (const block of message.content) texts.push(block.type === "text" ? block.text : block.content);
  }
  return texts;
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
