/** Owns one text with what became of every constraint in it, the words that decided underlined. */
import { useState } from "react";
import type { Verdict } from "#shared/drift/types.ts";
import type { CodeView } from "#shared/rpc/types.ts";
import { pieces } from "#renderer/drift/drift-view-model.ts";

const MARKS: Record<Verdict, { sign: string; color: string }> = {
  kept: { sign: "●", color: "var(--good)" },
  weakened: { sign: "◐", color: "var(--d2)" },
  "dropped here": { sign: "○", color: "var(--d3)" },
  contradicted: { sign: "✕", color: "var(--d3)" },
  introduced: { sign: "✕", color: "var(--d3)" },
  inherited: { sign: "✕", color: "var(--ink3)" },
  "lost upstream": { sign: "–", color: "var(--ink3)" },
  "already known": { sign: "·", color: "var(--ink3)" },
  "not in scope": { sign: "·", color: "var(--ink3)" },
  "no probe": { sign: "?", color: "var(--ink3)" },
};

const EXPLAIN: Record<Verdict, string> = {
  kept: "The receiver gets it as strongly as the sender held it.",
  weakened: "It arrives weaker than the sender held it.",
  "dropped here": "The sender held it; this message does not carry it.",
  contradicted: "The message says the opposite of what the sender held.",
  introduced: "A contradiction that began here, of something the sender did not hold or the receiver already had. Counted beside the loss.",
  inherited: "The sender had been told to contradict it; the loss belongs where that began.",
  "lost upstream": "The sender did not hold it either: it was lost before.",
  "already known": "Not carried, but the receiver holds it already.",
  "not in scope": "It does not matter for the receiver’s role.",
  "no probe": "There is no pattern for it, so nothing can be said.",
};

export function MessageText({ text, codes, focus }: { text: string; codes: readonly CodeView[]; focus: string | null }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text scrolls, so the keyboard has to reach it
    <div className="text" data-testid="message-text" role="region" aria-label="The message" tabIndex={0}>
      {pieces(
        text,
        codes.filter((code) => code.verdict !== "not in scope"),
      ).map((piece, index) =>
        piece.verdict === null ? (
          piece.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
          <mark
            key={index}
            data-verdict={piece.verdict}
            className={focus !== null && piece.constraints.includes(focus) ? "focus" : undefined}
          >
            {piece.text}
          </mark>
        ),
      )}
    </div>
  );
}

export function CodeList({ codes, onFocus }: { codes: readonly CodeView[]; onFocus(constraintId: string | null): void }) {
  return (
    <ul className="codes">
      {codes.map((code) => (
        <li key={code.constraintId} className="row">
          <span aria-hidden="true" style={{ color: MARKS[code.verdict].color }}>
            {MARKS[code.verdict].sign}
          </span>
          <button
            type="button"
            onMouseEnter={() => onFocus(code.constraintId)}
            onMouseLeave={() => onFocus(null)}
            onFocus={() => onFocus(code.constraintId)}
            onBlur={() => onFocus(null)}
          >
            {code.text}
          </button>
          <span className="word" title={EXPLAIN[code.verdict]}>
            {code.verdict}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A text and its codes, each lighting up the other. */
export function MessageCard({ head, text, codes }: { head: [string, string]; text: string; codes: readonly CodeView[] }) {
  const [focus, setFocus] = useState<string | null>(null);
  return (
    <>
      <div className="msg">
        <div className="head">
          <span>{head[0]}</span>
          <span>{head[1]}</span>
        </div>
        <MessageText text={text} codes={codes} focus={focus} />
      </div>
      <CodeList codes={codes} onFocus={setFocus} />
    </>
  );
}
