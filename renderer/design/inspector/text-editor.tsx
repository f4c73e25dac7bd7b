/** Owns the editor for long texts: CodeMirror with the app's tokens, its own undo while it is used, one undo step of the design after. */
import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { Annotation, EditorState, Transaction } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderText } from "@codemirror/view";
import { useEffect, useRef, useState } from "react";
import { changeBetween, estimatedTokens, TextSession } from "#renderer/design/inspector/text-session.ts";
import { count } from "#renderer/ui/words.ts";
import { useLatest } from "#renderer/ui/use-latest.ts";

export interface TextEditorProps {
  /** Its accessible name. */
  label: string;
  value: string;
  placeholder: string;
  readOnly: boolean;
  /** Told what was typed; all with the same `sessionMs` is one undo step. */
  onCommit(text: string, sessionMs: number): void;
}

/** Marks a change that came from the design and not from the keyboard. */
const FROM_DESIGN = Annotation.define<true>();

/** Colours are the tokens', so that light and dark are theirs too. */
const LOOK = EditorView.theme({
  "&": {
    color: "var(--ink)",
    backgroundColor: "var(--field)",
    border: "1px solid var(--field-line)",
    borderRadius: "7px",
    fontSize: "12.5px",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.5", minHeight: "110px", maxHeight: "44vh", overflow: "auto" },
  ".cm-content": { padding: "7px 0", caretColor: "var(--ink)", minHeight: "94px" },
  ".cm-line": { padding: "0 10px" },
  ".cm-placeholder": { color: "var(--ink3)" },
});

/** A text field for many lines, with an estimate of its tokens. Give it another `key` for another text. */
export function TextEditor(props: TextEditorProps) {
  const { label, value, readOnly } = props;
  const latest = useLatest(props);
  const host = useRef<HTMLDivElement>(null);
  const open = useRef<{ view: EditorView; session: TextSession } | null>(null);
  const [tokens, setTokens] = useState(() => estimatedTokens(value));

  useEffect(() => {
    if (!host.current) return;
    const session = new TextSession(latest.current.value, {
      commit: (text, sessionMs) => latest.current.onCommit(text, sessionMs),
      nowMs: () => Date.now(),
      later: (then, ms) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
    });
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          keymap.of([...standardKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.editable.of(!readOnly),
          // One that cannot be changed can still be reached by keyboard, to be read and scrolled.
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true", ...(readOnly ? { tabindex: "0" } : {}) }),
          placeholderText(latest.current.placeholder),
          LOOK,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            setTokens(estimatedTokens(text));
            if (!update.transactions.some((each) => each.annotation(FROM_DESIGN))) session.typed(text);
          }),
          EditorView.domEventHandlers({ blur: () => session.end() }),
        ],
      }),
    });
    open.current = { view, session };
    const flush = () => session.flush();
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      open.current = null;
      session.end();
      view.destroy();
    };
  }, [label, latest, readOnly]);

  useEffect(() => {
    const { view, session } = open.current ?? {};
    if (!view || !session?.takes(value)) return;
    view.dispatch({
      changes: changeBetween(view.state.doc.toString(), value),
      annotations: [FROM_DESIGN.of(true), Transaction.addToHistory.of(false)],
    });
  }, [value]);

  return (
    <div className="text-editor">
      <div ref={host} />
      <p className="faint foot" title="Estimated from the length: rather too many than too few.">
        ≈ {count(tokens)} {tokens === 1 ? "token" : "tokens"}
      </p>
    </div>
  );
}
