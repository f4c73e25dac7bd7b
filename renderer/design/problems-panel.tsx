/** Owns the list of a design's problems; pressing one shows where it is. */
import { useState } from "react";
import type { Problem } from "#shared/problem.ts";

export function ProblemsPanel({ problems, onShow }: { problems: readonly Problem[]; onShow(problem: Problem): void }) {
  const [open, setOpen] = useState(true);
  if (problems.length === 0) return null;
  const errors = problems.filter((problem) => problem.severity === "error").length;
  return (
    <section className="problems" aria-label="Problems">
      <button type="button" className="list-button" style={{ padding: "2px 4px" }} aria-expanded={open} onClick={() => setOpen(!open)}>
        <b style={{ fontWeight: 600 }}>
          {errors > 0
            ? `${errors} ${errors === 1 ? "problem keeps" : "problems keep"} this org from running`
            : `${problems.length} ${problems.length === 1 ? "thing" : "things"} to look at`}
        </b>
        <span className="faint">{open ? "hide" : "show"}</span>
      </button>
      {open && (
        <ul>
          {problems.map((problem) => (
            <li key={`${problem.code}${problem.ids.join(",")}${problem.message}`}>
              <button type="button" onClick={() => onShow(problem)}>
                <span className={`sev ${problem.severity}`} title={problem.severity}>
                  {problem.severity === "error" ? "✕" : "!"}
                </span>
                <span>{problem.message}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
