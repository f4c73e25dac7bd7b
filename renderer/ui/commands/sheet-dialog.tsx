/** Owns the dialog that the palette and the keys sheet stand in: modal by the browser itself, which keeps and gives back focus. */
import { type ReactNode, useEffect, useRef } from "react";
import "#renderer/ui/commands/commands.css";

export interface SheetDialogProps {
  opened: boolean;
  /** Asked for by Escape, or by a press beside the dialog. */
  onClose(): void;
  /** Its name, for those who hear it. */
  name: string;
  className: string;
  children: ReactNode;
}

export function SheetDialog({ opened, onClose, name, className, children }: SheetDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element || !opened) return;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      // Chromium gives focus back, but at times without the caret: keys then reach the field and write nothing. Once more, by hand.
      if (before instanceof HTMLElement && before !== document.body) {
        before.blur();
        before.focus();
      }
    };
  }, [opened]);
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const beside = (event: MouseEvent) => {
      // Everything within is some other element: the dialog itself is hit on its backdrop alone.
      if (event.target !== element) return;
      // The press is not to take focus from where closing puts it.
      event.preventDefault();
      onClose();
    };
    element.addEventListener("mousedown", beside);
    return () => element.removeEventListener("mousedown", beside);
  }, [onClose]);
  return (
    <dialog
      ref={dialog}
      aria-label={name}
      className={`commands-dialog ${className}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {opened && <div className="commands-body">{children}</div>}
    </dialog>
  );
}
