/** Owns where the focus goes when an edge is opened and closed: to the panel's heading, and back to where it came from. */
import { type RefObject, useCallback, useEffect, useRef } from "react";

export interface EdgeFocus {
  heading: RefObject<HTMLHeadingElement | null>;
  /** To be called before an edge is opened: remembers what had the focus. */
  leaving(): void;
}

/** @param edge that is open, with whatever else it belongs to; null for none. @param scope an edge of another one is no opening */
export function useEdgeFocus(scope: string | null, edge: string | null): EdgeFocus {
  const heading = useRef<HTMLHeadingElement>(null);
  const from = useRef<{ element: Element | null; onMap: boolean }>({ element: null, onMap: false });
  const shown = useRef({ scope, edge });
  useEffect(() => {
    const before = shown.current;
    shown.current = { scope, edge };
    if (before.scope !== scope || before.edge === edge) return;
    if (edge !== null) heading.current?.focus();
    else if (before.edge !== null) comeBack(from.current, before.edge);
  }, [scope, edge]);
  const leaving = useCallback(() => {
    const element = document.activeElement;
    // Somebody who goes on from the panel itself came from where that was opened.
    if (heading.current?.closest("aside")?.contains(element)) return;
    from.current = { element, onMap: element?.closest(".react-flow") != null };
  }, []);
  return { heading, leaving };
}

/** What was pressed may be gone meanwhile, as the overview's list is while an edge is open: then what opens the same edge now. */
function comeBack({ element, onMap }: { element: Element | null; onMap: boolean }, edge: string): void {
  const name = CSS.escape(edge);
  const line = `.drift .react-flow__edge[data-id="${name}"]`;
  const entry = `.drift [data-edge="${name}"]`;
  const places = onMap ? [line, entry] : [entry, line];
  const found =
    element !== null && element !== document.body && element.isConnected
      ? element
      : places.map((place) => document.querySelector(place)).find((each) => each !== null);
  if (found instanceof HTMLElement || found instanceof SVGElement) found.focus();
}
