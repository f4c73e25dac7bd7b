/** Owns putting the figures of a whole effect study together, format `driftlab.effect` (M5, M6, M8). Pure. */
import { EFFECT_FORMAT, EFFECT_VERSION, type EffectStudy } from "#shared/drift/effect.ts";
import type { ContrastOptions } from "#main/measure/effect/contrast.ts";
import { type Checkpoint, effectEstimate } from "#main/measure/effect/effect-estimate.ts";
import { familyOfEffects, type Gaps } from "#main/measure/effect/family.ts";
import { type SwayRow, swayEstimate } from "#main/measure/effect/sway.ts";

export interface StudiedEdge {
  edgeId: string;
  /** Names of sender and receiver, for reading. */
  direction: string;
  /** Whether it was branched because it stood at the top of a ranking. */
  selected: boolean;
  /** Null: outcome effects were not bought. */
  checkpoints: readonly Checkpoint[] | null;
  /** Null: sway was not bought. */
  swayRows: readonly SwayRow[] | null;
}

export interface EffectStudyInput extends ContrastOptions {
  study: EffectStudy["study"];
  /** Whether a simulated model was in it (M8). */
  simulated: boolean;
  edges: readonly StudiedEdge[];
  gaps: Gaps;
}

/** The result of a study. The same input gives the same result, whatever order it comes in. The family holds the edges with outcome effects. */
export function effectStudy(input: EffectStudyInput): EffectStudy {
  const edges = [...input.edges]
    .sort((one, other) => (one.edgeId < other.edgeId ? -1 : 1))
    .map((edge) => ({
      ...edge,
      outcome: edge.checkpoints && effectEstimate({ ...input, checkpoints: edge.checkpoints }),
      sway: edge.swayRows && swayEstimate(edge.swayRows, input),
    }));
  return {
    format: EFFECT_FORMAT,
    version: EFFECT_VERSION,
    study: input.study,
    badge: input.simulated ? "simulated" : "interventional",
    edges: edges.map(({ edgeId, direction, outcome, sway }) => ({ edgeId, direction, outcome, sway })),
    family: familyOfEffects(
      edges.filter(({ outcome }) => outcome !== null),
      input.gaps,
    ),
  };
}
