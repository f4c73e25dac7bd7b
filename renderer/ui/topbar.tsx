/** Owns how a place puts its own controls into the top bar. */
import { type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";

export function TopBar({ children }: { children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  useEffect(() => setSlot(document.getElementById("topbar-slot")), []);
  return slot ? createPortal(children, slot) : null;
}
