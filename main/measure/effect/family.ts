/** Owns looking at the effects of several edges at once: Holm over them, and what they leave of the gap to the solo arm (M6). */
import type { EdgeEffect, EffectFamily, EffectFigure, EffectResidual } from "#shared/drift/effect.ts";
import { pText } from "#shared/drift/p-text.ts";
import type { Reason } from "#shared/drift/types.ts";
import { ENDPOINTS, type Endpoint } from "#shared/experiment/plan.ts";
import { holm } from "#main/measure/stats/holm.ts";
import { sum } from "#main/measure/stats/moments.ts";

/** An edge that was branched. */
export interface BranchedEdge {
  edgeId: string;
  /** Whether it was branched because it stood at the top of a ranking. */
  selected: boolean;
  /** Null: planned, and nothing came of it. It still counts in the family. */
  outcome: EdgeEffect | null;
}

/** M15's org − solo per endpoint, in the endpoint's unit; null with its reason. */
export type Gaps = Record<Endpoint, { mean: number | null; reason: Reason | null }>;

/** The level a family is held to. */
const ALPHA = 0.05;

/**
 * Holm over the branched edges, each endpoint a family of its own (M6), and per endpoint the residual
 * (solo − org) − Σ effects: what the org would still lack if the edges' effects added up, which they do not.
 * Sorted by edge id; a residual is null with a reason where the gap or any effect is.
 */
export function familyOfEffects(effects: readonly BranchedEdge[], gaps: Gaps): EffectFamily {
  const edges = [...effects].sort((one, other) => (one.edgeId < other.edgeId ? -1 : 1));
  const adjusted = { alignment: adjust(edges, "alignment"), effectiveness: adjust(edges, "effectiveness") };
  return {
    edges: edges.map(({ edgeId, selected }, index) => ({
      edgeId,
      selected,
      pHolm: { alignment: adjusted.alignment[index]?.p ?? null, effectiveness: adjusted.effectiveness[index]?.p ?? null },
      pReason: { alignment: adjusted.alignment[index]?.why ?? null, effectiveness: adjusted.effectiveness[index]?.why ?? null },
    })),
    residuals: ENDPOINTS.map((endpoint) => residualOf(edges, gaps, endpoint)),
  };
}

function figureOf(edge: BranchedEdge, endpoint: Endpoint): EffectFigure | null {
  return edge.outcome?.[endpoint].effect ?? null;
}

function adjust(edges: readonly BranchedEdge[], endpoint: Endpoint): { p: number | null; why: string | null }[] {
  const figures = edges.map((edge) => figureOf(edge, endpoint));
  const adjusted = holm(figures.map((figure) => figure?.p ?? null));
  // No data make a p smaller than its floor, nor an adjusted one smaller than this.
  const least = holm(figures.map((figure) => (figure?.p == null ? null : figure.floor)));
  return figures.map((figure, index) => {
    const best = least[index] ?? null;
    const reach =
      figure && best !== null && best > ALPHA
        ? `${pText(ALPHA)} cannot be reached with ${figure.tasks} tasks and ${edges.length} edges: Holm's p is at least ${pText(best)}`
        : null;
    return { p: adjusted[index] ?? null, why: figure ? (figure.pReason ?? reach) : "no p: the edge was not measured" };
  });
}

function residualOf(edges: readonly BranchedEdge[], gaps: Gaps, endpoint: Endpoint): EffectResidual {
  const gap = gaps[endpoint];
  const figures = edges.map((edge) => figureOf(edge, endpoint));
  const means = figures.flatMap((figure) => (figure?.mean == null ? [] : [figure.mean]));
  const lacking = figures.find((figure) => figure?.mean == null);
  const missing: Reason | null = edges.length === 0 || means.length < figures.length ? (lacking?.reason ?? "no-runs") : null;
  const repaired = missing === null ? sum(means) : null;
  const residual = gap.mean === null || repaired === null ? null : -gap.mean - repaired;
  return {
    endpoint,
    gap: gap.mean,
    repaired,
    residual,
    reason: residual === null ? (gap.mean === null ? (gap.reason ?? "no-runs") : missing) : null,
  };
}
