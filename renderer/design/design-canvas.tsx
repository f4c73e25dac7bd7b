/** Owns the design canvas: agents, notes and handoffs by mouse; every change goes through the desk to the draft's one edit function. */
import {
  applyEdgeChanges,
  applyNodeChanges,
  Background,
  type Connection,
  ConnectionMode,
  type EdgeChange,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  type NodeMouseHandler,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import { useStore } from "zustand";
import { whyNotConnect } from "#shared/org/create.ts";
import type { Problem } from "#shared/problem.ts";
import type { Org } from "#shared/org/schema.ts";
import { FitToRoom } from "#renderer/canvas/use-fit.ts";
import { SpotCaption } from "#renderer/canvas/spot-caption.tsx";
import { POINTED } from "#renderer/canvas/spotlight.ts";
import { ZoomMarks } from "#renderer/canvas/zoom-marks.tsx";
import { CanvasControls } from "#renderer/canvas/canvas-controls.tsx";
import { CANVAS_OPTIONS, EDGE_TYPES, NODE_TYPES } from "#renderer/canvas/flow-types.ts";
import { type Guide, inLine } from "#renderer/canvas/guides.ts";
import type { HandoffFlowEdge } from "#renderer/canvas/handoff-edge.tsx";
import { designEdges, designNodes, type DesignNode, membersOf, NOTE, TEAM } from "#renderer/design/canvas-view-model.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { addAgentAfter, connect, move } from "#renderer/design/edits.ts";
import { toggleCollapsed, writeNote } from "#renderer/design/groups.ts";
import { FocusFollows } from "#renderer/design/focus-follows.tsx";
import { GuideLines } from "#renderer/design/guide-lines.tsx";
import { TeamFrames } from "#renderer/design/team-frames.tsx";
import { useCanvasView } from "#renderer/design/use-canvas-view.ts";
import { useFlowElements } from "#renderer/design/use-flow-elements.ts";
import { useCommands } from "#renderer/ui/commands/runner.ts";

export interface DesignCanvasProps {
  desk: DesignDesk;
  org: Org;
  problems: readonly Problem[];
  readOnly: boolean;
}

/** How near an agent comes to standing in line before it does, in pixels of the screen. */
const IN_LINE_PX = 5;
const NO_GUIDES: readonly Guide[] = [];

export function DesignCanvas({ desk, org, problems, readOnly }: DesignCanvasProps) {
  const flow = useReactFlow<DesignNode, HandoffFlowEdge>();
  const commands = useCommands();
  const selection = useStore(desk.store, (state) => state.selection);
  const highlight = useStore(desk.store, (state) => state.highlight);
  const writing = useStore(desk.store, (state) => state.writing);
  const [guides, setGuides] = useState(NO_GUIDES);
  useCanvasView(desk);

  const takeGlide = useCallback(() => desk.takeGlide(), [desk]);
  const on = useMemo(
    () => ({
      onText: (id: string, text: string) => void desk.do(writeNote(id, text)),
      onDone: () => desk.write(null),
      onExpand: (id: string) => void desk.do(toggleCollapsed(desk.org?.groups.filter((group) => group.id === id) ?? [])),
      onPress: (id: string) => desk.select({ agents: [], handoffs: [id] }),
      onReattach: (id: string, end: "source" | "target", agentId: string | null) => desk.reattach(id, end, agentId),
    }),
    [desk],
  );
  const wanted = useMemo(() => {
    const errors = new Set(problems.filter((problem) => problem.severity === "error").flatMap((problem) => problem.ids));
    const marks = { errors, lit: new Set(highlight), writing };
    return { nodes: designNodes(org, marks, on), edges: designEdges(org, marks, on) };
  }, [org, problems, highlight, writing, on]);
  const chosen = useMemo(() => {
    const agents = new Set(selection.agents);
    const teams = org.groups.filter((group) => group.agents.length > 0 && group.agents.every((id) => agents.has(id)));
    const notes = (selection.notes ?? []).map((id) => `${NOTE}${id}`);
    return {
      nodes: new Set([...selection.agents, ...notes, ...teams.map(({ id }) => `${TEAM}${id}`)]),
      edges: new Set(selection.handoffs),
    };
  }, [selection, org.groups]);
  const { nodes, edges, setNodes, setEdges } = useFlowElements(wanted, chosen, takeGlide);

  /** Only what a person does on the canvas comes in here; what is selected from outside goes the other way, so nothing circles. */
  const selectChanged = useCallback(
    (kind: "nodes" | "handoffs", changes: readonly { type: string; id?: string; selected?: boolean }[]) => {
      const now = desk.selection;
      const next = { agents: new Set(now.agents), handoffs: new Set(now.handoffs), notes: new Set(now.notes) };
      let any = false;
      for (const change of changes) {
        if (change.type !== "select" || change.id === undefined) continue;
        any = true;
        const { id } = change;
        const put = (set: Set<string>, each: string) => (change.selected ? set.add(each) : set.delete(each));
        if (kind === "handoffs") put(next.handoffs, id);
        else if (id.startsWith(NOTE)) put(next.notes, id.slice(NOTE.length));
        else if (id.startsWith(TEAM))
          for (const agent of desk.org ? membersOf(desk.org, id.slice(TEAM.length)) : []) put(next.agents, agent.id);
        else put(next.agents, id);
      }
      if (any) desk.select({ agents: [...next.agents], handoffs: [...next.handoffs], notes: [...next.notes] });
    },
    [desk],
  );

  /** A single dragged agent snaps into line with those near it; the lines are shown. */
  const snapped = useCallback(
    (changes: NodeChange<DesignNode>[]): NodeChange<DesignNode>[] => {
      const drags = changes.filter((change) => change.type === "position" && change.position);
      const [drag] = drags;
      if (drags.length !== 1 || drag?.type !== "position" || !drag.position || drag.dragging === undefined) {
        setGuides(NO_GUIDES);
        return changes;
      }
      const own = flow.getInternalNode(drag.id);
      if (!own || own.type === "note") return changes;
      const boxOf = (node: DesignNode) => ({
        x: node.position.x,
        y: node.position.y,
        width: node.measured?.width ?? 180,
        height: node.measured?.height ?? 72,
      });
      const others = flow.getNodes().filter((node) => node.id !== drag.id && node.type !== "note");
      const line = inLine({ ...boxOf(own as unknown as DesignNode), ...drag.position }, others.map(boxOf), IN_LINE_PX / flow.getZoom());
      setGuides(drag.dragging ? line.guides : NO_GUIDES);
      const position = { x: line.x, y: line.y };
      return changes.map((change) => (change === drag ? { ...drag, position } : change));
    },
    [flow],
  );

  const onNodesChange = useCallback(
    (raw: NodeChange<DesignNode>[]) => {
      const changes = raw.some((change) => change.type === "position") ? snapped(raw) : raw;
      setNodes((before) => applyNodeChanges(changes, before));
      selectChanged("nodes", changes);
      const design = desk.org;
      if (!design) return;
      const moves = changes.flatMap((change) => {
        if (change.type !== "position" || change.dragging === true || !change.position) return [];
        const to = change.position;
        const team = change.id.startsWith(TEAM) ? membersOf(design, change.id.slice(TEAM.length)) : null;
        if (team) {
          const left = Math.min(...team.map(({ position }) => position.x));
          const top = Math.min(...team.map(({ position }) => position.y));
          if (left === to.x && top === to.y) return [];
          return team.map(({ id, position }) => ({ id, position: { x: position.x + to.x - left, y: position.y + to.y - top } }));
        }
        const id = change.id.startsWith(NOTE) ? change.id.slice(NOTE.length) : change.id;
        const at = (change.id.startsWith(NOTE) ? design.notes : design.agents).find((each) => each.id === id)?.position;
        return at && (at.x !== to.x || at.y !== to.y) ? [{ id, position: { x: to.x, y: to.y } }] : [];
      });
      // Each drag is a step of its own; only keys that follow each other closely are one.
      if (moves.length > 0) {
        const { coalesce: _, ...edit } = move(design, moves);
        desk.do(edit);
      }
    },
    [desk, selectChanged, setNodes, snapped],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<HandoffFlowEdge>[]) => {
      setEdges((before) => applyEdgeChanges(changes, before));
      selectChanged("handoffs", changes);
    },
    [selectChanged, setEdges],
  );

  const onConnect = useCallback(
    ({ source, target }: Connection) => {
      const design = desk.org;
      if (!design) return;
      const why = whyNotConnect(design, source, target);
      if (why) return desk.say(why);
      const { edit, handoff } = connect(design, source, target);
      if (desk.do(edit)) desk.select({ agents: [], handoffs: [handoff.id] });
    },
    [desk],
  );
  /** A wire dropped on the empty canvas makes an agent there; one dropped on a box connects to it. */
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const design = desk.org;
      if (state.isValid || !state.fromNode || !design) return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!point) return;
      const under = document.elementFromPoint(point.clientX, point.clientY)?.closest<HTMLElement>(".react-flow__node");
      const underId = under?.dataset["id"];
      if (underId?.startsWith(TEAM)) return desk.say("This group is collapsed; expand it to wire its agents.");
      if (underId?.startsWith(NOTE)) return desk.say("A note takes no handoffs; let go over an agent.");
      const [source, target] = state.fromHandle?.type === "target" ? [underId, state.fromNode.id] : [state.fromNode.id, underId];
      if (source && target) return onConnect({ source, target, sourceHandle: null, targetHandle: null });
      if (underId || !(event.target as Element | null)?.closest(".react-flow__pane") || state.fromHandle?.type === "target") return;
      const at = flow.screenToFlowPosition({ x: point.clientX - 90, y: point.clientY - 40 });
      const { edit, agent } = addAgentAfter(design, state.fromNode.id, at);
      if (desk.do(edit)) desk.select({ agents: [agent.id], handoffs: [] });
    },
    [desk, flow, onConnect],
  );
  const onNodeDoubleClick: NodeMouseHandler<DesignNode> = useCallback(
    (_event, node) => {
      if (desk.readOnly) return;
      if (node.id.startsWith(NOTE)) desk.write(node.id.slice(NOTE.length));
      else if (node.id.startsWith(TEAM)) on.onExpand(node.id.slice(TEAM.length));
      else commands.run("rename");
    },
    [commands, desk, on],
  );

  return (
    <div className="canvas" data-testid="design-canvas">
      <ReactFlow<DesignNode, HandoffFlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...POINTED}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDoubleClick={onNodeDoubleClick}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={({ source, target }) => desk.org !== null && whyNotConnect(desk.org, source, target) === null}
        // Keys are commands, and the draft removes what they delete.
        deleteKeyCode={null}
        // It takes the keys when the last agent has been deleted.
        tabIndex={-1}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        connectionMode={ConnectionMode.Loose}
        connectionRadius={36}
        multiSelectionKeyCode={["Shift", "Control", "Meta"]}
        selectionKeyCode="Shift"
        zoomOnDoubleClick={false}
        snapToGrid
        snapGrid={[10, 10]}
        minZoom={CANVAS_OPTIONS.minZoom}
        maxZoom={CANVAS_OPTIONS.maxZoom}
        attributionPosition="bottom-right"
      >
        <FitToRoom />
        <ZoomMarks />
        <SpotCaption />
        <FocusFollows desk={desk} />
        <Background gap={20} size={1.4} color="var(--grid)" />
        <TeamFrames desk={desk} org={org} readOnly={readOnly} />
        <GuideLines guides={guides} />
        <CanvasControls />
        {org.agents.length > 7 && (
          <MiniMap pannable zoomable position="bottom-right" style={{ width: 150, height: 100, marginBottom: 32 }} />
        )}
      </ReactFlow>
    </div>
  );
}
