/** Owns what the bare page is told before it opens: the app's nodes and edges as plain ones, where the canvas lies, what it shows. */
import type { Org } from "#shared/org/schema.ts";

/** A rectangle on the page, in CSS pixels. */
export interface PageBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export interface BareFlow {
  nodes: { id: string; position: { x: number; y: number }; data: { label: string } }[];
  edges: { id: string; source: string; target: string }[];
  box: PageBox;
  viewport: Viewport;
}

declare global {
  interface Window {
    bareFlow?: BareFlow;
  }
}

/** The same positions and the same wires, and nothing else of the design. */
export function bareFlow(org: Org, box: PageBox, viewport: Viewport): BareFlow {
  return {
    nodes: org.agents.map(({ id, name, position }) => ({ id, position: { x: position.x, y: position.y }, data: { label: name } })),
    edges: org.handoffs.map(({ id, source, target }) => ({ id, source, target })),
    box,
    viewport,
  };
}
