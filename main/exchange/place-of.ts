/** Owns where in a text a field stands, so that what is wrong with it can be found there; JSON is read as the YAML that it is too. */
import { isNode, LineCounter, parseDocument } from "yaml";
import type { Problem, TextPlace } from "#shared/problem.ts";

/** Adds to problems of single fields the line on which each stands; the text has been read once already. */
export function withPlaces(problems: readonly Problem[], text: string): Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return problems.map((problem) => {
    const place = problem.path ? placeOf(problem.path) : null;
    return place ? { ...problem, place, message: problem.message.replace(/\.$/, ` (line ${place.line}).`) } : problem;
  });

  /** Of a field that is missing, what it is missing in. */
  function placeOf(path: readonly PropertyKey[]): TextPlace | null {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (!isNode(node) || !node.range) continue;
      const { line, col } = lines.linePos(node.range[0]);
      return { line, column: col };
    }
    return null;
  }
}
