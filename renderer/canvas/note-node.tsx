/** Owns how a note looks on a canvas, and writing it in place. */
import type { Node, NodeProps } from "@xyflow/react";
import { memo } from "react";

export interface NoteNodeData extends Record<string, unknown> {
  text: string;
  /** Whether somebody is writing it now. */
  writing: boolean;
  onText?: (text: string) => void;
  onDone?: () => void;
}

export type NoteFlowNode = Node<NoteNodeData, "note">;

function NoteNodeView({ data }: NodeProps<NoteFlowNode>) {
  if (data.writing)
    return (
      <textarea
        className="note writing nodrag nopan nowheel"
        aria-label="Note"
        // Somebody has just asked to write it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={data.text}
        onChange={(event) => data.onText?.(event.currentTarget.value)}
        onBlur={() => data.onDone?.()}
        onKeyDown={(event) => {
          if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
          event.preventDefault();
          event.stopPropagation();
          data.onDone?.();
        }}
      />
    );
  return (
    <div className="note" data-testid="note">
      {data.text.trim() === "" ? <span className="faint">An empty note; press twice to write.</span> : data.text}
    </div>
  );
}

export const NoteNode = memo(NoteNodeView);
