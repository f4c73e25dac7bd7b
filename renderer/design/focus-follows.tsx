/** Owns where the keyboard stands on the design canvas: with what is selected, and after a deletion with whoever is nearest. */
import { type Edge, type Node, useStore, useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { useStore as useDesk } from "zustand";
import { type Standing, standIn } from "#renderer/design/focus-view-model.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";

const ON_CANVAS = ".react-flow__node, .react-flow__edge";

/** Stands inside a React Flow; draws nothing. What has the keys elsewhere (a field, a list) keeps them. */
export function FocusFollows({ desk }: { desk: DesignDesk }) {
  const store = useStoreApi();
  const nodes = useStore((state) => state.nodes);
  const edges = useStore((state) => state.edges);
  const asked = useDesk(desk.store, (state) => state.question !== null || state.writing !== null);
  const selected = [...nodes, ...edges].filter((each) => each.selected).map((each) => each.id);
  const key = selected.join("\n");
  /** What is selected and has not got the keys yet: a new agent cannot have them before it has been measured. */
  const due = useRef(false);
  const before = useRef<{ key: string; stood: Standing[] }>({ key, stood: [] });
  useEffect(() => {
    const { domNode } = store.getState();
    if (!domNode || asked) return;
    const focus = (id: string | undefined) => {
      if (id === undefined) return false;
      const element = domNode.querySelector<HTMLElement>(`:is(${ON_CANVAS})[data-id="${CSS.escape(id)}"]`);
      element?.focus({ preventScroll: true });
      return element !== null && document.activeElement === element;
    };
    const active = document.activeElement;
    const nowhere = active === null || active === document.body;
    const onCanvas = active instanceof Element && domNode.contains(active) ? active.closest<HTMLElement>(ON_CANVAS) : null;
    const focused = onCanvas?.dataset["id"];
    if (before.current.key !== key) due.current = true;
    if (selected.length === 0 || (!nowhere && !onCanvas)) due.current = false;
    if (due.current) due.current = !(focused !== undefined && selected.includes(focused)) && !focus(selected[0]);
    const there = new Set([...nodes, ...edges].map((each) => each.id));
    const gone = before.current.stood.filter(({ id }) => !there.has(id));
    // Nobody has the keys because who had them is gone: the next one does, or else the canvas itself.
    if (nowhere && gone.length > 0 && selected.length === 0 && !focus(standIn(gone, nodes.map(standing)))) domNode.focus();
    const marked = new Set([...selected, ...(focused === undefined ? [] : [focused])]);
    before.current = { key, stood: standings(nodes, edges, marked) };
  });
  return null;
}

function standing({ id, type, position, measured }: Node): Standing {
  return { id, agent: type === "agent", x: position.x + (measured?.width ?? 0) / 2, y: position.y + (measured?.height ?? 0) / 2 };
}

/** Where the marked ones stand; a handoff stands where its sender does. */
function standings(nodes: readonly Node[], edges: readonly Edge[], marked: ReadonlySet<string>): Standing[] {
  if (marked.size === 0) return [];
  const own = nodes.filter(({ id }) => marked.has(id)).map(standing);
  const senders = edges
    .filter(({ id }) => marked.has(id))
    .flatMap(({ id, source }) => nodes.filter((node) => node.id === source).map((node) => ({ ...standing(node), id })));
  return [...own, ...senders];
}
