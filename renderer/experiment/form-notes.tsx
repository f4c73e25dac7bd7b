/** Owns what a form that was filled from an earlier experiment says is no longer the same. */
import { useAppState } from "#renderer/state/context.ts";

export function FormNotes() {
  const notes = useAppState((state) => state.formNotes);
  if (notes.length === 0) return null;
  return (
    <div role="status" aria-label="Not as it was">
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </div>
  );
}
