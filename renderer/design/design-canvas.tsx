/** Owns the design canvas: agents and handoffs by mouse and keyboard; every change goes through the draft's one edit function. */
import {
  applyEdgeChanges,
  applyNodeChanges,
  Background,
  type Connection,
  ConnectionMode,
  Controls,
  type EdgeChange,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { whyNotConnect } from "#shared/org/create.ts";
import type { Problem } from "#shared/problem.ts";
import type { Org } from "#shared/org/schema.ts";
import type { AgentFlowNode } from "#renderer/canvas/agent-node.tsx";
import { RefitOnResize } from "#renderer/canvas/refit-on-resize.tsx";
import { CANVAS_OPTIONS, EDGE_TYPES, NODE_TYPES } from "#renderer/canvas/flow-types.ts";
import type { HandoffFlowEdge } from "#renderer/canvas/handoff-edge.tsx";
import { agentNodes, handoffEdges } from "#renderer/canvas/view-model.ts";
import { addAgentAfter, connect, move, remove } from "#renderer/design/edits.ts";
import { type Selection, sameSelection } from "#renderer/design/selection.ts";
import { useApp } from "#renderer/state/context.ts";
import type { Draft } from "#renderer/state/draft.ts";
import { useLatest } from "#renderer/ui/use-latest.ts";

export interface DesignCanvasProps {
  draft: Draft;
  org: Org;
  problems: readonly Problem[];
  highlight: readonly string[];
  selection: Selection;
  onSelect(selection: Selection): void;
  readOnly: boolean;
}

export function DesignCanvas({ draft, org, problems, highlight, selection, onSelect, readOnly }: DesignCanvasProps) {
  const app = useApp();
  const flow = useReactFlow();
  const [nodes, setNodes] = useState<AgentFlowNode[]>([]);
  const [edges, setEdges] = useState<HandoffFlowEdge[]>([]);
  const orgRef = useLatest(org);
  const selectionRef = useLatest(selection);
  /** Only what a person does on the canvas comes in here; what is selected from outside goes the other way, so nothing circles. */
  const selectChanged = useCallback(
    (kind: keyof Selection, changes: readonly { type: string; id?: string; selected?: boolean }[]) => {
      const chosen = new Set(selectionRef.current[kind]);
      for (const change of changes) {
        if (change.type !== "select" || change.id === undefined) continue;
        if (change.selected) chosen.add(change.id);
        else chosen.delete(change.id);
      }
      const next = { ...selectionRef.current, [kind]: [...chosen] };
      if (sameSelection(next, selectionRef.current)) return;
      selectionRef.current = next;
      onSelect(next);
    },
    [onSelect, selectionRef],
  );
  const selectEdge = useCallback((id: string) => onSelect({ agents: [], handoffs: [id] }), [onSelect]);

  const wanted = useMemo(() => {
    const errors = new Set(problems.filter((problem) => problem.severity === "error").flatMap((problem) => problem.ids));
    const lit = new Set(highlight);
    return {
      nodes: agentNodes(org, (id) => {
        const agent = org.agents.find((each) => each.id === id);
        return {
          hasProblem: errors.has(id),
          highlight: lit.has(id),
          meta: `${agent?.model ?? org.defaults.model}${agent?.memory === false ? " · no memory" : ""}`,
        };
      }),
      edges: handoffEdges(org, (handoff) => ({
        onPress: selectEdge,
        ...(errors.has(handoff.id) ? { color: "var(--d3)" } : {}),
        ...(lit.has(handoff.id) ? { color: "var(--d3)", width: 4 } : {}),
      })),
    };
  }, [org, problems, highlight, selectEdge]);

  // What React Flow keeps for itself (measured sizes, a drag under way) is kept; everything else comes from the design.
  useEffect(() => {
    const chosen = new Set(selection.agents);
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return wanted.nodes.map((node) => {
        const old = known.get(node.id);
        const dragging = old?.dragging === true;
        return { ...old, ...node, position: dragging && old ? old.position : node.position, selected: chosen.has(node.id) };
      });
    });
  }, [wanted.nodes, selection.agents]);
  useEffect(() => {
    const chosen = new Set(selection.handoffs);
    setEdges(wanted.edges.map((edge) => ({ ...edge, selected: chosen.has(edge.id) })));
  }, [wanted.edges, selection.handoffs]);

  const onNodesChange = useCallback(
    (changes: NodeChange<AgentFlowNode>[]) => {
      setNodes((before) => applyNodeChanges(changes, before));
      selectChanged("agents", changes);
      const moves = changes.flatMap((change) => {
        if (change.type !== "position" || change.dragging === true || !change.position) return [];
        const at = orgRef.current.agents.find((agent) => agent.id === change.id)?.position;
        return at && (at.x !== change.position.x || at.y !== change.position.y) ? [{ id: change.id, position: change.position }] : [];
      });
      if (moves.length > 0) draft.edit(move(orgRef.current, moves));
    },
    [draft, orgRef, selectChanged],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<HandoffFlowEdge>[]) => {
      setEdges((before) => applyEdgeChanges(changes, before));
      selectChanged("handoffs", changes);
    },
    [selectChanged],
  );

  const onConnect = useCallback(
    ({ source, target }: Connection) => {
      const why = whyNotConnect(orgRef.current, source, target);
      if (why) return app.toast("info", why);
      const { edit, handoff } = connect(orgRef.current, source, target);
      draft.edit(edit);
      onSelect({ agents: [], handoffs: [handoff.id] });
    },
    [app, draft, onSelect, orgRef],
  );
  /** A wire dropped on the empty canvas makes an agent there; one dropped on a box connects to it. */
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode) return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!point) return;
      const under = document.elementFromPoint(point.clientX, point.clientY)?.closest<HTMLElement>(".react-flow__node");
      const underId = under?.dataset.id;
      const [source, target] = state.fromHandle?.type === "target" ? [underId, state.fromNode.id] : [state.fromNode.id, underId];
      if (source && target) return onConnect({ source, target, sourceHandle: null, targetHandle: null });
      if (underId || !(event.target as Element | null)?.closest(".react-flow__pane") || state.fromHandle?.type === "target") return;
      const { edit, agent } = addAgentAfter(
        orgRef.current,
        state.fromNode.id,
        flow.screenToFlowPosition({ x: point.clientX - 90, y: point.clientY - 40 }),
      );
      draft.edit(edit);
      onSelect({ agents: [agent.id], handoffs: [] });
    },
    [draft, flow, onConnect, onSelect, orgRef],
  );

  return (
    <div className="canvas" data-testid="design-canvas">
      <ReactFlow<AgentFlowNode, HandoffFlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={({ source, target }) => whyNotConnect(orgRef.current, source, target) === null}
        onBeforeDelete={async ({ nodes: gone, edges: goneEdges }) => {
          // The draft removes them, as one step; React Flow is not to do it by itself.
          const agents = gone.map((node) => node.id);
          const handoffs = goneEdges
            .filter((edge) => !agents.includes(edge.source) && !agents.includes(edge.target))
            .map((edge) => edge.id);
          if (agents.length + handoffs.length > 0) draft.edit(remove(orgRef.current, agents, handoffs));
          return false;
        }}
        deleteKeyCode={readOnly ? null : ["Delete", "Backspace"]}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        connectionMode={ConnectionMode.Loose}
        connectionRadius={36}
        multiSelectionKeyCode={["Shift", "Control", "Meta"]}
        selectionKeyCode="Shift"
        snapToGrid
        snapGrid={[10, 10]}
        minZoom={CANVAS_OPTIONS.minZoom}
        maxZoom={CANVAS_OPTIONS.maxZoom}
        attributionPosition="bottom-right"
        fitView
        fitViewOptions={CANVAS_OPTIONS.fitViewOptions}
      >
        <RefitOnResize />
        <Background gap={20} size={1.4} color="var(--grid)" />
        <Controls showInteractive={false} position="top-right" />
        {org.agents.length > 7 && (
          <MiniMap pannable zoomable position="bottom-right" style={{ width: 150, height: 100, marginBottom: 32 }} />
        )}
      </ReactFlow>
    </div>
  );
}
