/** Owns how a note looks on a canvas, and writing it in place. */
import type { Node, NodeProps } from "@xyflow/react";
import { memo, useCallback, useState } from "react";

export interface NoteNodeData extends Record<string, unknown> {
  text: string;
  /** Whether somebody is writing it now. */
  writing: boolean;
  onText?: (text: string) => void;
  onDone?: () => void;
}

export type NoteFlowNode = Node<NoteNodeData, "note">;

/** React Flow hides a node until it has been measured, and what is hidden cannot have the focus. */
const TRIES = 30;

/** The field holds what is written by itself: what comes back from the design is a moment late, and would swallow letters. */
function WritingNote({ text: before, onText, onDone }: Pick<NoteNodeData, "text" | "onText" | "onDone">) {
  const [text, setText] = useState(before);
  const focus = useCallback((field: HTMLTextAreaElement | null) => {
    if (!field) return;
    let frame = 0;
    const attempt = (left: number) => {
      field.focus({ preventScroll: true });
      if (document.activeElement === field) field.setSelectionRange(field.value.length, field.value.length);
      else if (left > 0) frame = requestAnimationFrame(() => attempt(left - 1));
    };
    attempt(TRIES);
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <textarea
      className="note writing nodrag nopan nowheel"
      aria-label="Note"
      ref={focus}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onText?.(event.currentTarget.value);
      }}
      onBlur={() => onDone?.()}
      onKeyDown={(event) => {
        if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
        event.preventDefault();
        event.stopPropagation();
        onDone?.();
      }}
    />
  );
}

function NoteNodeView({ data }: NodeProps<NoteFlowNode>) {
  if (data.writing) return <WritingNote {...data} />;
  return (
    <div className="note" data-testid="note">
      {data.text.trim() === "" ? <span className="faint">An empty note; press twice to write.</span> : data.text}
    </div>
  );
}

export const NoteNode = memo(NoteNodeView);
