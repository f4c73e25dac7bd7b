/** Owns what an edge did with one constraint in a run, over all messages it carried there (M2a, M2b). Pure. */
import type { Code } from "#shared/drift/types.ts";
import { bestCode, type Carried } from "#main/measure/loss.ts";

/** One message of the edge, as far as one constraint is concerned. */
export interface Said {
  /** Null: no probe, of all messages alike. */
  code: Code | null;
  held: number;
  told: boolean;
  receiverHeld: number;
}

/** @param said of one edge in one run, in the order in which the receiver was shown them; at least one */
export function takeTogether(said: readonly Said[], { weight, inScope }: Pick<Carried, "weight" | "inScope">): Carried {
  const codes = said.flatMap(({ code }) => (code === null ? [] : [code]));
  // Where it began decides: on a cycle, what u contradicted unprompted comes back to u, and it would seem to have been told.
  const began = codes.indexOf(-1);
  const inherited = said[began]?.told ?? false;
  // What u only passed on takes nothing back from what it did before, when it carried what it held, or dropped it.
  const own = inherited ? codes.filter((code, at) => code > 0 || (at < began && (said[at]?.held ?? 0) > 0)) : codes;
  const probed = codes.length === said.length;
  return {
    weight,
    code: probed ? (own.length === 0 ? -1 : bestCode(own)) : null,
    held: Math.max(...said.map((each) => each.held)),
    told: probed && own.length === 0,
    receiverHeld: said[0]?.receiverHeld ?? 0,
    inScope,
  };
}
