/** Owns the tasks that will run, each with what stands in it: its brief, its asks, its constraints. */
import type { ConstraintKind, Suite, Task } from "#shared/task/schema.ts";
import { plannedTasks, twinTitle } from "#renderer/experiment/task-words.ts";

const KIND_WORDS: Record<ConstraintKind, string> = {
  must: "must",
  "must-not": "must not",
  limit: "limit",
  stakeholder: "stakeholder",
  permission: "permission",
};

export function PlannedTasks({ suite, chosen }: { suite: Suite; chosen: readonly string[] | null }) {
  const tasks = plannedTasks(suite, chosen);
  return (
    <section aria-label="Tasks">
      <h3>
        Tasks <span className="num">{tasks.length}</span>
      </h3>
      {tasks.map((task) => (
        <details key={task.id} className="planned-task">
          <summary>{twinTitle(task)}</summary>
          <Inside task={task} />
        </details>
      ))}
    </section>
  );
}

function Inside({ task }: { task: Task }) {
  return (
    <div className="planned-inside">
      <h4>Brief</h4>
      <p className="cell-text">{task.brief}</p>
      <h4>
        Asks <span className="num">{task.asks.length}</span>
      </h4>
      <ul>
        {task.asks.map((each) => (
          <li key={each.id}>{each.text}</li>
        ))}
      </ul>
      <h4>
        Constraints <span className="num">{task.ledger.length}</span>
      </h4>
      <ul>
        {task.ledger.map((each) => (
          <li key={each.id}>
            <span className="tag">{KIND_WORDS[each.kind]}</span> {each.text}
          </li>
        ))}
      </ul>
    </div>
  );
}
