/** Owns the live matrix of cells: a row a task, a column an arm, a square a repeat. */
import type { CellLetter, ExperimentDetail, ExperimentView } from "#shared/rpc/types.ts";

export const LETTER_WORDS: Record<CellLetter, string> = {
  ".": "waiting",
  r: "running",
  d: "complete",
  i: "incomplete",
  u: "refused",
  f: "failed",
  s: "stopped",
  x: "interrupted",
};

export function Matrix({ detail, view }: { detail: ExperimentDetail; view: ExperimentView }) {
  const { plan, suite } = detail;
  const present = new Set(view.cells.flatMap((cell) => [...cell.letters])) as Set<CellLetter>;
  return (
    <section className="matrix" aria-label="Cells">
      <div className="legend-row" style={{ marginBottom: 8 }}>
        {(Object.keys(LETTER_WORDS) as CellLetter[])
          .filter((letter) => present.has(letter))
          .map((letter) => (
            <span key={letter}>
              <i className="cell" data-letter={letter} /> {LETTER_WORDS[letter]}
            </span>
          ))}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Task</th>
            {plan.arms.map((arm) => (
              <th key={arm.id} scope="col">
                {arm.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.tasks.map(({ id }) => (
            <tr key={id}>
              <th scope="row">{suite.tasks.find((task) => task.id === id)?.title ?? id}</th>
              {plan.arms.map((arm) => {
                const letters = view.cells.find((cell) => cell.armId === arm.id && cell.taskId === id)?.letters ?? "";
                return (
                  <td key={arm.id}>
                    {letters.length > MOST_SQUARES ? (
                      <Tally letters={letters} />
                    ) : (
                      <div className="cells" role="img" aria-label={spoken(letters)}>
                        {[...letters].map((letter, index) => (
                          // biome-ignore lint/suspicious/noArrayIndexKey: the index is the repeat
                          <i
                            key={index}
                            className="cell"
                            data-letter={letter}
                            title={`repeat ${index + 1}: ${LETTER_WORDS[letter as CellLetter]}`}
                          />
                        ))}
                      </div>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** More repeats than this are drawn as one bar. */
const MOST_SQUARES = 20;

function Tally({ letters }: { letters: string }) {
  const counts = (Object.keys(LETTER_WORDS) as CellLetter[])
    .map((letter) => ({ letter, n: letters.split(letter).length - 1 }))
    .filter(({ n, letter }) => n > 0 && letter !== ".");
  return (
    <div className="tally" role="img" aria-label={spoken(letters)} title={spoken(letters)}>
      {counts.map(({ letter, n }) => (
        <i key={letter} data-letter={letter} style={{ width: `${(100 * n) / letters.length}%` }} />
      ))}
    </div>
  );
}

function spoken(letters: string): string {
  const counts = new Map<string, number>();
  for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts].map(([letter, n]) => `${n} ${LETTER_WORDS[letter as CellLetter]}`).join(", ");
}
