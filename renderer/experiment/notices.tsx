/** Owns the list above the start: what has to be done before, what is worth knowing, each with the way there. */
import type { Notice, Readiness } from "#renderer/experiment/readiness.ts";
import { goalWords, goTo } from "#renderer/experiment/go-to.ts";
import { useApp } from "#renderer/state/context.ts";

/** Sentences of a kind that are shown; many arms have many of the same. */
const MOST_SHOWN = 4;

export function Notices({ readiness: { before, worthKnowing } }: { readiness: Readiness }) {
  if (before.length + worthKnowing.length === 0) return null;
  return (
    <div className="notices">
      {/* Announced as it changes: what is missing is why the button beneath cannot be pressed. */}
      <div role="status">
        <NoticeList title="Before it can start" sign="!" kind="before" notices={before} />
      </div>
      <NoticeList title="Worth knowing" sign="i" kind="worth" notices={worthKnowing} />
    </div>
  );
}

function NoticeList({ title, sign, kind, notices }: { title: string; sign: string; kind: string; notices: Notice[] }) {
  const app = useApp();
  if (notices.length === 0) return null;
  const more = notices.length - MOST_SHOWN;
  return (
    <section aria-label={title} data-kind={kind}>
      <h3>
        <span aria-hidden="true" className="sign">
          {sign}
        </span>
        {title}
      </h3>
      <ul>
        {notices.slice(0, MOST_SHOWN).map(({ message, goal }) => (
          <li key={message}>
            {message}{" "}
            {goal && (
              <button type="button" className="link" onClick={() => goTo(app, goal)}>
                {goalWords(goal)}
              </button>
            )}
          </li>
        ))}
        {more > 0 && <li>And {more} more like these.</li>}
      </ul>
    </section>
  );
}
