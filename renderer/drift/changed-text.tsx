/** Owns a changed message as it is read: what was put in and taken out is marked, and the first of it is in sight. */
import { useEffect, useMemo, useRef } from "react";
import { changedWords, placesChanged } from "#renderer/drift/changed-words.ts";
import { plural } from "#renderer/ui/words.ts";

/** So much of the text before it stays in sight, in pixels. */
const ABOVE = 40;

export function ChangedText({ before, after }: { before: string; after: string }) {
  const box = useRef<HTMLDivElement>(null);
  const changes = useMemo(() => changedWords(before, after), [before, after]);
  const places = placesChanged(changes);
  useEffect(() => {
    const first = box.current?.querySelector<HTMLElement>("ins, del");
    // Within the box alone: the panel stays where it was read.
    if (box.current && first && changes.length > 0) box.current.scrollTop = Math.max(0, first.offsetTop - ABOVE);
  }, [changes]);
  return (
    <>
      <p className="muted" style={{ fontSize: 12 }}>
        {places === 0 ? (
          "Nothing in it changes."
        ) : (
          <>
            Changed in {plural(places, "place")}: <ins className="changed">put in</ins> <del className="changed">taken out</del>
          </>
        )}
      </p>
      <div className="msg">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text scrolls, so the keyboard has to reach it */}
        <div className="text changed-text" role="region" aria-label="The changed message" tabIndex={0} ref={box}>
          {changes.map(({ kind, text }, index) => {
            if (kind === "same") return text;
            const words = text.trim();
            const [ahead, behind] = words === "" ? [text, ""] : text.split(words);
            const Mark = kind === "added" ? "ins" : "del";
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: stretches have no identity but their place
              <span key={index}>
                {ahead}
                {words !== "" && <Mark className="changed">{words}</Mark>}
                {behind}
              </span>
            );
          })}
        </div>
      </div>
    </>
  );
}
