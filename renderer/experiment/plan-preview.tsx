/** Owns what is shown of an experiment before its start: what it will take, its arms, in what they differ. */
import type { Problem } from "#shared/problem.ts";
import type { ForecastInfo, Range } from "#shared/rpc/experiment-types.ts";
import type { Suite } from "#shared/task/schema.ts";
import { PlannedTasks } from "#renderer/experiment/planned-tasks.tsx";
import { ConfoundList } from "#renderer/ui/confound-list.tsx";
import { count, plural } from "#renderer/ui/words.ts";

/** Arms that are named before the rest is counted. */
const ARMS_NAMED = 12;
/** Sentences about what keeps it from starting. */
const SENTENCES_SHOWN = 2;

export interface PlanPreviewProps {
  forecast: ForecastInfo | null;
  /** Why there is no forecast. */
  problems: readonly Problem[];
  isFirst: boolean;
  /** The suite that was chosen, and which of its tasks; null for all but the twins. */
  suite: Suite | null;
  tasks: readonly string[] | null;
}

export function PlanPreview({ forecast, problems, isFirst, suite, tasks }: PlanPreviewProps) {
  return (
    <section className="plan-preview" aria-label="What will run">
      {isFirst && (
        <div className="plan-lead">
          <h2>Run an org beside one agent alone</h2>
          <p className="muted">
            Choose an org on the left and press Start. Nothing else is needed: a simulated population answers, offline and free.
          </p>
        </div>
      )}
      {forecast && <Planned forecast={forecast} />}
      {suite && <PlannedTasks suite={suite} chosen={tasks} />}
      {!forecast && problems.length > 0 && <NotYet problems={problems} />}
      {!forecast && problems.length === 0 && <p className="muted">What it will take is worked out here once the form says what to run.</p>}
    </section>
  );
}

function Planned({ forecast }: { forecast: ForecastInfo }) {
  const left = forecast.cells - forecast.done;
  const named = forecast.arms.slice(0, ARMS_NAMED);
  const more = forecast.arms.length - named.length;
  return (
    <>
      <div>
        <h3>{forecast.done > 0 ? "What is left of it" : "What it will take"}</h3>
        <dl className="plan-figures num">
          <Figure term="Cells" value={forecast.done > 0 ? `${count(left)} of ${count(forecast.cells)}` : count(forecast.cells)} />
          <Figure term="Calls" value={rangeText(forecast.calls)} />
          <Figure term="Output tokens" value={rangeText(forecast.outputTokens)} />
          <Figure term="US dollars" value={usdText(forecast.usd)} />
        </dl>
        <p className="muted" style={{ fontSize: 12 }}>
          {left === 0
            ? "Every cell is done already."
            : `${basisWords(forecast)} Retries come on top; what must not be passed is said by a cap.`}
        </p>
      </div>
      <div>
        <h3>
          Arms <span className="num">{forecast.arms.length}</span>
        </h3>
        <ul className="plan-arms">
          {named.map((arm) => (
            <li key={arm.id}>
              <span className="tag">{arm.kind}</span> {arm.name}
            </li>
          ))}
          {more > 0 && <li className="muted">and {more} more</li>}
        </ul>
      </div>
      <div>
        <h3>In what the arms differ</h3>
        {forecast.confounds.length === 0 ? (
          <p className="muted">
            {forecast.arms.length < 2 ? "One arm alone is compared with nothing." : "In nothing but what is compared."}
          </p>
        ) : (
          <ConfoundList confounds={forecast.confounds} />
        )}
      </div>
    </>
  );
}

/** The first sentences in full; many arms have many of the same kind. */
function NotYet({ problems }: { problems: readonly Problem[] }) {
  const sentences = [...new Set(problems.map((problem) => problem.message))];
  const more = sentences.length - SENTENCES_SHOWN;
  return (
    <div>
      <h3>What it needs first</h3>
      <ul className="plan-arms">
        {sentences.slice(0, SENTENCES_SHOWN).map((message) => (
          <li key={message}>{message}</li>
        ))}
        {more > 0 && <li className="muted">And {more} more like these.</li>}
      </ul>
    </div>
  );
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function basisWords({ basis, pastRuns }: ForecastInfo): string {
  if (basis === "structure") return "From the structure: each agent acting once and briefly, to each as often and as long as it may.";
  return `${basis === "partly" ? "In part from" : "From"} ${plural(pastRuns, "past run")}${basis === "partly" ? ", else from the structure." : "."}`;
}

/** `12`, or `12–40`. */
export function rangeText({ low, high }: Range): string {
  return low === high ? count(low) : `${count(low)}–${count(high)}`;
}

/** `$0.10–$2.40`, `$0`, or that a price is not known. Small sums keep two digits that say something. */
export function usdText(usd: Range | null): string {
  if (usd === null) return "price unknown";
  if (usd.high === 0) return "$0";
  const words = (value: number) => `$${value === 0 ? "0" : value < 0.01 ? "0.01" : value < 100 ? value.toFixed(2) : count(value)}`;
  if (usd.high < 0.01) return "under $0.01";
  const [low, high] = [usd.low < 0.01 ? "under $0.01" : words(usd.low), words(usd.high)];
  return low === high ? low : `${low}–${high}`;
}
