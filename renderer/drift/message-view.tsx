/** Owns one text with what became of every constraint in it, the words that decided underlined. */
import { useState } from "react";
import type { Verdict } from "#shared/drift/types.ts";
import type { CodeView, EdgeCodeView } from "#shared/rpc/drift-types.ts";
import { pieces } from "#renderer/drift/drift-view-model.ts";
import { shareWords } from "#renderer/drift/edge-run-view-model.ts";
import { Explained } from "#renderer/drift/explained.tsx";

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

interface RowProps {
  constraintId: string;
  text: string;
  verdict: Verdict;
  /** What stands behind the word; empty for nothing. */
  share: string;
  onFocus(constraintId: string | null): void;
}

function Row({ constraintId, text, verdict, share, onFocus }: RowProps) {
  return (
    <li className="row">
      <span aria-hidden="true" style={{ color: MARKS[verdict].color }}>
        {MARKS[verdict].sign}
      </span>
      <span onMouseEnter={() => onFocus(constraintId)} onMouseLeave={() => onFocus(null)}>
        {text}
      </span>
      <Explained className="word" words={EXPLAIN[verdict]}>
        {verdict}
        {share !== "" && <span className="num"> · {share}</span>}
      </Explained>
    </li>
  );
}

/** What became of every constraint in one text. */
export function CodeList({ codes, onFocus }: { codes: readonly CodeView[]; onFocus(constraintId: string | null): void }) {
  return (
    <ul className="codes">
      {codes.map((code) => (
        <Row key={code.constraintId} {...code} share="" onFocus={onFocus} />
      ))}
    </ul>
  );
}

/** What an edge did to every constraint in one run, with what each adds to the loss. */
export function EdgeCodeList({ codes, onFocus }: { codes: readonly EdgeCodeView[]; onFocus(constraintId: string | null): void }) {
  return (
    <ul className="codes" data-testid="edge-codes">
      {codes.map((code) => (
        <Row key={code.constraintId} {...code} share={shareWords(code)} onFocus={onFocus} />
      ))}
    </ul>
  );
}

export interface MessageCardProps {
  text: string;
  codes: readonly CodeView[];
  /** The constraint that is pointed at elsewhere. */
  focus: string | null;
  /** Whether what became of the constraints is listed below. */
  listed: boolean;
}

/** A text and its codes, each lighting up the other. */
export function MessageCard({ text, codes, focus, listed }: MessageCardProps) {
  const [own, setOwn] = useState<string | null>(null);
  return (
    <>
      <div className="msg">
        <MessageText text={text} codes={codes} focus={own ?? focus} />
      </div>
      {listed && <CodeList codes={codes} onFocus={setOwn} />}
    </>
  );
}
