/** Owns the words as they come: who is writing now and the end of it, as plain text, in all arms. */
import type { ExperimentDetail, ExperimentView } from "#shared/rpc/experiment-types.ts";

/** Writers that are shown at once. */
const MOST_SHOWN = 6;

export function LiveWords({ detail, view }: { detail: ExperimentDetail; view: ExperimentView }) {
  const several = view.live.length > 1;
  const writers = view.live.flatMap(({ armId, words }) =>
    words.map((each, index) => ({
      key: `${armId}/${index}`,
      arm: armName(detail, armId),
      agent: agentName(detail, armId, each.agent),
      text: each.text,
    })),
  );
  const shown = writers.slice(0, MOST_SHOWN);
  return (
    // Silent: words that change many times a second would drown everything else that is read out.
    <section className="live-words" aria-label="Being written now" aria-live="off">
      <h3 className="section-title">Being written now</h3>
      {shown.length === 0 && <p className="faint">Nobody is writing at the moment.</p>}
      {shown.map((each) => (
        <div key={each.key} className="live-writer">
          <div className="who">
            <b>{each.agent}</b>
            {several && <span className="faint">{each.arm}</span>}
          </div>
          <p>
            <span>{each.text}</span>
          </p>
        </div>
      ))}
      {writers.length > shown.length && <p className="faint num">and {writers.length - shown.length} more</p>}
    </section>
  );
}

function armName({ plan }: ExperimentDetail, armId: string): string {
  return plan.arms.find((arm) => arm.id === armId)?.name ?? armId;
}

function agentName({ designs }: ExperimentDetail, armId: string, agentId: string): string {
  return designs[armId]?.agents.find((agent) => agent.id === agentId)?.name ?? agentId;
}
