/** Owns the list of a design's problems: pressing one shows where it is, and where a fix is safe a button mends it. */
import { useMemo, useState } from "react";
import { fixFor } from "#shared/org/fixes.ts";
import type { Problem } from "#shared/problem.ts";
import { useAppState, useDraftState } from "#renderer/state/context.ts";
import type { Draft } from "#renderer/state/draft.ts";
import { plural } from "#renderer/ui/words.ts";

/** Most that are listed: whoever has more mends these first, and each fix is tried out before it is offered. */
const MOST_LISTED = 20;

export function ProblemsPanel({ problems, onShow }: { problems: readonly Problem[]; onShow(problem: Problem): void }) {
  const [open, setOpen] = useState(true);
  const draft = useAppState((state) => state.draft);
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  if (problems.length === 0) return null;
  const errors = problems.filter((problem) => problem.severity === "error").length;
  return (
    <section className="problems" data-over-stage="" aria-label="Problems">
      <button
        type="button"
        className="list-button"
        style={{ padding: "4px 4px", minHeight: 26 }}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <b style={{ fontWeight: 600 }}>
          {errors > 0
            ? `${errors} ${errors === 1 ? "problem keeps" : "problems keep"} this org from running`
            : `${problems.length} ${problems.length === 1 ? "thing" : "things"} to look at`}
        </b>
        <span className="faint">{open ? "hide" : "show"}</span>
      </button>
      {open && draft && <Problems draft={draft} problems={problems} onShow={onShow} readOnly={readOnly} />}
    </section>
  );
}

interface ListProps {
  draft: Draft;
  problems: readonly Problem[];
  onShow(problem: Problem): void;
  readOnly: boolean;
}

function Problems({ draft, problems, onShow, readOnly }: ListProps) {
  const org = useDraftState(draft, (state) => state.org);
  const listed = useMemo(
    () => withKeys(problems.slice(0, MOST_LISTED)).map((each) => ({ ...each, fix: org ? fixFor(org, each.problem) : null })),
    [org, problems],
  );
  return (
    <ul>
      {listed.map(({ key, problem, fix }) => (
        <li key={key}>
          <button type="button" onClick={() => onShow(problem)}>
            <span className={`sev ${problem.severity}`} title={problem.severity}>
              {problem.severity === "error" ? "✕" : "!"}
            </span>
            <span>{problem.message}</span>
          </button>
          {fix && !readOnly && (
            <button type="button" className="fix" onClick={() => draft.edit(fix)}>
              {fix.name.charAt(0).toUpperCase() + fix.name.slice(1)}
            </button>
          )}
        </li>
      ))}
      {problems.length > MOST_LISTED && <li className="faint">… and {plural(problems.length - MOST_LISTED, "more", "more")}.</li>}
    </ul>
  );
}

/** Keys for a list in which the same problem may stand twice (an id that three things have). */
function withKeys(problems: readonly Problem[]): { key: string; problem: Problem }[] {
  const seen = new Map<string, number>();
  return problems.map((problem) => {
    const name = `${problem.code}${problem.ids.join(",")}${problem.message}`;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return { key: `${name}${nth}`, problem };
  });
}
