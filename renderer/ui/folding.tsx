/** Owns a box over the stage that can be folded to its name, and stays so on this machine. */
import "#renderer/ui/folding.css";
import { type ReactNode, useId } from "react";
import { useRemembered } from "#renderer/ui/use-remembered.ts";

export interface FoldingProps {
  /** What is written on it when it is folded. */
  name: string;
  /** What heads it when it is open. */
  title: string;
  className: string;
  /** Under what it is remembered whether it is open. */
  remembered: string;
  children: ReactNode;
}

/** In a window that is lower than this it is folded until somebody opens it, in pixels. */
const ROOMY = 760;

export function Folding({ name, title, className, remembered, children }: FoldingProps) {
  const [open, setOpen] = useRemembered(`open.${remembered}`, window.innerHeight >= ROOMY);
  const id = useId();
  return (
    <div className={`folding ${className}`} data-over-stage="">
      <button type="button" className="folding-head" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <span>{open ? title : name}</span> <span className="faint">{open ? "hide" : "show"}</span>
      </button>
      <div id={id} hidden={!open}>
        {children}
      </div>
    </div>
  );
}
