/** Owns asking for a short text over the page: a field, Enter to answer, Escape to call it off. */
import { type FormEvent, useState } from "react";
import { SheetDialog } from "#renderer/ui/commands/sheet-dialog.tsx";

export interface TextQuestionProps {
  title: string;
  label: string;
  value: string;
  mayBeEmpty: boolean;
  onAnswer(text: string): void;
  onClose(): void;
}

export function TextQuestion({ title, label, value, mayBeEmpty, onAnswer, onClose }: TextQuestionProps) {
  const [text, setText] = useState(value);
  const wrong = !mayBeEmpty && text.trim() === "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    onClose();
    if (text.trim() !== value) onAnswer(text.trim());
  };
  return (
    <SheetDialog opened onClose={onClose} name={title} className="commands-question">
      <form onSubmit={submit}>
        <h2>{title}</h2>
        <label>
          {label}
          <input
            type="text"
            value={text}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={wrong}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div className="commands-buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="main" disabled={wrong}>
            Done
          </button>
        </div>
      </form>
    </SheetDialog>
  );
}
