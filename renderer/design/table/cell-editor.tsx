/** Owns the field in which one cell is edited: Enter and Tab take it over, Escape leaves the cell as it was. */
import { useEffect, useRef, useState } from "react";

/** Where one goes from a cell that was taken over: on to a neighbour, nowhere (one has left), or to the cell itself. */
export type After = "down" | "up" | "right" | "left" | "stay" | "here";

export interface CellEditorProps {
  kind: "text" | "long" | "choice";
  /** What a screen reader says of the field. */
  name: string;
  /** What stands in it at first; for a choice its value. */
  initial: string;
  choices: { value: string; label: string }[];
  /** Takes the text over; false keeps the field open, since it was refused. */
  onCommit(value: string, after: After): boolean;
  onCancel(): void;
}

export function CellEditor({ kind, name, initial, choices, onCommit, onCancel }: CellEditorProps) {
  const [value, setValue] = useState(initial);
  const [refused, setRefused] = useState(false);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement>(null);
  const done = useRef(false);
  const byPointer = useRef(false);
  useEffect(() => {
    const element = field.current;
    element?.focus();
    if (element && kind !== "choice") element.setSelectionRange(element.value.length, element.value.length);
  }, [kind]);

  const commit = (text: string, after: After) => {
    if (done.current) return;
    done.current = true;
    if (onCommit(text, after)) return;
    done.current = false;
    setRefused(true);
  };
  const press = (event: React.KeyboardEvent) => {
    // What is pressed in a field is the field's own: neither the grid nor the place is to act on it.
    event.stopPropagation();
    const { key, shiftKey } = event;
    if (key === "Escape") {
      event.preventDefault();
      done.current = true;
      onCancel();
    } else if (key === "Tab" || (key === "Enter" && !(kind === "long" && shiftKey) && !event.nativeEvent.isComposing)) {
      event.preventDefault();
      commit(value, key === "Tab" ? (shiftKey ? "left" : "right") : shiftKey ? "up" : "down");
    } else byPointer.current = false;
  };
  const shared = {
    ref: field,
    "aria-label": name,
    "aria-invalid": refused,
    value,
    onKeyDown: press,
    onBlur: () => {
      if (done.current) return;
      // Somebody who leaves a field that is refused has changed their mind.
      if (refused) onCancel();
      else commit(value, "stay");
    },
  };
  if (kind === "choice")
    return (
      <select
        {...shared}
        onPointerDown={() => {
          byPointer.current = true;
        }}
        onChange={(event) => {
          setValue(event.currentTarget.value);
          // With keys one passes many on the way to the right one; what a pointer chooses is meant.
          if (byPointer.current) commit(event.currentTarget.value, "here");
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label === "" ? "the org’s default" : choice.label}
          </option>
        ))}
      </select>
    );
  const typed = (text: string) => {
    setValue(text);
    setRefused(false);
  };
  return kind === "long" ? (
    <textarea {...shared} rows={7} onChange={(event) => typed(event.currentTarget.value)} />
  ) : (
    <input {...shared} type="text" onChange={(event) => typed(event.currentTarget.value)} />
  );
}
