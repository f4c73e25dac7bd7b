/** Owns how a handoff looks on a canvas: a curve, an arrow's head, a label that can be pressed. */
import { type Edge, EdgeLabelRenderer, type EdgeProps, useStore } from "@xyflow/react";
import { memo, useCallback } from "react";
import { useStore as usePointer } from "zustand";
import { EdgeGrips } from "#renderer/canvas/edge-grips.tsx";
import { partsOf } from "#renderer/canvas/labels.ts";
import { routeOf, scaleOf } from "#renderer/canvas/route-table.ts";
import { pointer, selectedOf, standingOf } from "#renderer/canvas/spotlight.ts";
import { lineScale } from "#renderer/canvas/zoom.ts";

export interface HandoffEdgeData extends Record<string, unknown> {
  /** Whether an edge runs the other way too. */
  twoWay: boolean;
  /** Where on the curve the label sits, 0 at the source, 1 at the target. */
  labelAt: number;
  /** Main text of the label; empty for none. */
  label: string;
  /** Smaller text behind it, or below it, where there is room. */
  detail: string;
  /** A sign that stands for the label where that has no room; empty for none. */
  short: string;
  /** The label is shown even where there is no room. */
  must: boolean;
  /** What a screen reader says. */
  spoken: string;
  color: string;
  width: number;
  /** SVG dash array; empty for a full line. */
  dash: string;
  /** Labels with a higher one lie above others: a large loss is never covered by a small one. */
  level: number;
  /** Colour of the label's edge; empty for none. */
  mark: string;
  quiet: boolean;
  placeholder: boolean;
  onPress?: (id: string) => void;
  /** Somebody has pulled an end of it off and let go over this agent, or over none. */
  onReattach?: (id: string, end: "source" | "target", agentId: string | null) => void;
}

export type HandoffFlowEdge = Edge<HandoffEdgeData, "handoff">;

/** Dashes of the band round an incoming handoff; an outgoing one has a full band. */
const IN_DASH = "12 9";

function HandoffEdgeView({ id, source, target, data, selected }: EdgeProps<HandoffFlowEdge>) {
  const pointedAt = usePointer(pointer, (state) => state.agentId);
  const standing = useStore(
    useCallback((state) => standingOf({ id, source, target }, selectedOf(state), pointedAt), [id, source, target, pointedAt]),
  );
  const path = useStore(useCallback((state) => routeOf(state, id), [id]));
  const thicker = useStore((state) => lineScale(scaleOf(state)));
  const alone = useStore(
    useCallback(
      (state) =>
        selected === true && state.edges.filter((edge) => edge.selected).length === 1 && !state.nodes.some((node) => node.selected),
      [selected],
    ),
  );
  if (!path || !data) return null;
  const { d, labelX, labelY, form } = path;
  const { color } = data;
  const width = data.width * thicker;
  const head = `head-${id.replace(/[^\w-]/g, "_")}`;
  return (
    <>
      <defs>
        <marker
          id={head}
          markerWidth={8 * thicker + width}
          markerHeight={8 * thicker + width}
          refX={3 * thicker}
          refY={4 * thicker + width / 2}
          orient="auto"
          markerUnits="userSpaceOnUse"
        >
          <path d={`M0,0 L${7 * thicker + width},${4 * thicker + width / 2} L0,${8 * thicker + width} z`} style={{ fill: color }} />
        </marker>
      </defs>
      {(selected || standing === "out" || standing === "in") && (
        <path
          d={d}
          fill="none"
          className={`edge-halo ${standing ?? ""}`}
          strokeWidth={width + 9 * thicker}
          strokeDasharray={standing === "in" ? IN_DASH : ""}
        />
      )}
      <path d={d} fill="none" stroke="transparent" strokeWidth={18 * thicker} className="react-flow__edge-interaction" />
      <path
        d={d}
        fill="none"
        className={standing === "faint" ? "edge-line faint-line" : "edge-line"}
        style={{ stroke: color }}
        strokeWidth={width}
        strokeDasharray={data.dash}
        markerEnd={`url(#${head})`}
      />
      {form !== null && (
        <EdgeLabelRenderer>
          <button
            type="button"
            tabIndex={-1}
            className={`edge-label ${form} nodrag nopan${selected ? " selected" : ""}${data.quiet ? " quiet" : ""}${standing === "faint" ? " faint-label" : ""}${data.placeholder ? " placeholder" : ""}`}
            style={{
              transform: `translate(-50%,-50%) translate(${labelX}px,${labelY}px) scale(var(--label-scale, 1))`,
              zIndex: selected ? 1000 : standing === "faint" ? 0 : data.level,
              ...(data.mark ? { borderLeft: `4px solid ${data.mark}` } : {}),
            }}
            onClick={() => data.onPress?.(id)}
            aria-label={data.spoken}
            title={data.spoken}
            data-id={id}
            data-testid={`edge-label-${id}`}
          >
            <b style={{ fontWeight: 650 }}>{form === "short" ? data.short : data.label}</b>
            {(form === "beside" || form === "below") && <i>{data.detail}</i>}
            {form === "stacked" && partsOf(data.detail).map((part) => <i key={part}>{part}</i>)}
          </button>
        </EdgeLabelRenderer>
      )}
      {alone && data.onReattach && <EdgeGrips id={id} path={path} onDrop={data.onReattach} />}
    </>
  );
}

export const HandoffEdge = memo(HandoffEdgeView);
