/** Owns the bottom strip: is the org better, and is it worse, than one agent alone? A row for each solo arm. */
import { Tooltip } from "@mantine/core";
import type { ComparisonReport } from "#shared/drift/report.ts";
import { tasksLeftOut } from "#shared/drift/left-out.ts";
import { pText } from "#shared/drift/p-text.ts";
import { ENDPOINTS } from "#shared/experiment/plan.ts";
import { comparisonWords } from "#renderer/drift/drift-view-model.ts";
import { intervalText, plural, REASON_WORDS, signed } from "#renderer/ui/words.ts";
import "#renderer/drift/org-against-solo.css";

const NAMES = { effectiveness: "Effectiveness (asks met)", alignment: "Alignment (retention)" } as const;

export interface OrgAgainstSoloProps {
  /** Those of one org. */
  comparisons: readonly ComparisonReport[];
  arms: readonly { id: string; name: string }[];
}

export function OrgAgainstSolo({ comparisons, arms }: OrgAgainstSoloProps) {
  const [first] = comparisons;
  if (!first) return null;
  // One scale for all, so that their lengths can be compared.
  const far = Math.max(
    0.25,
    ...comparisons.flatMap(({ estimate, interval }) => [estimate ?? 0, interval?.low ?? 0, interval?.high ?? 0].map(Math.abs)),
  );
  const span = Math.ceil(far * 4) / 4;
  // Said once where it holds of all.
  const same = comparisons.every((each) => overWords(each) === overWords(first));
  const solos = [...new Set(comparisons.map(({ solo }) => solo))];
  return (
    <footer className="drift-foot" aria-label="Org against solo">
      <div style={{ minWidth: 130 }}>
        <b style={{ fontWeight: 650 }}>Org against solo</b>
        <div className="muted">paired over tasks</div>
        {same && (
          <div className="faint" style={{ fontSize: 11 }}>
            {overWords(first)}
          </div>
        )}
      </div>
      {solos.length === 1 ? (
        comparisons.map((comparison) => <Comparison key={comparison.endpoint} comparison={comparison} span={span} over={!same} />)
      ) : (
        <SoloTable comparisons={comparisons} solos={solos} arms={arms} span={span} />
      )}
    </footer>
  );
}

/** One row a solo arm, one column an endpoint, all on one scale. */
function SoloTable({ comparisons, solos, arms, span }: OrgAgainstSoloProps & { solos: readonly string[]; span: number }) {
  return (
    <table className="solo-table">
      <thead>
        <tr>
          <th scope="col">The org against</th>
          {ENDPOINTS.map((endpoint) => (
            <th key={endpoint} scope="col">
              {NAMES[endpoint]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {solos.map((solo) => (
          <tr key={solo}>
            <th scope="row">{arms.find((arm) => arm.id === solo)?.name ?? solo}</th>
            {ENDPOINTS.map((endpoint) => {
              const found = comparisons.find((each) => each.solo === solo && each.endpoint === endpoint);
              return <td key={endpoint}>{found && <SmallComparison comparison={found} span={span} />}</td>;
            })}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Scale</th>
          {ENDPOINTS.map((endpoint) => (
            <td key={endpoint} aria-label={`Scale of ${NAMES[endpoint]}`}>
              <div className="scale faint">
                <span>{signed(-span)} org worse</span>
                <span>solo = org</span>
                <span>{signed(span)} org better</span>
              </div>
            </td>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}

function SmallComparison({ comparison, span }: { comparison: ComparisonReport; span: number }) {
  return (
    <div data-testid={`compare-${comparison.endpoint}-${comparison.solo}`}>
      <div className="top">
        <span className="muted">{shortWords(comparison)}</span>
        <b className="num" style={{ fontWeight: 600 }}>
          {differenceWords(comparison)}
        </b>
      </div>
      <Bar comparison={comparison} span={span} height={16} middle={8} />
    </div>
  );
}

function Comparison({ comparison, span, over }: { comparison: ComparisonReport; span: number; over: boolean }) {
  const { endpoint } = comparison;
  return (
    <div className="compare" data-testid={`compare-${endpoint}`}>
      <div className="top">
        <span className="muted">{NAMES[endpoint]}</span>
        <b className="num" style={{ fontWeight: 600 }}>
          {differenceWords(comparison)}
        </b>
      </div>
      <Bar comparison={comparison} span={span} height={46} middle={17} labelled />
      <div className="top faint" style={{ fontSize: 11 }}>
        <span>{comparisonWords(comparison)}</span>
        <span>{pWords(comparison)}</span>
      </div>
      {over && (
        <div className="faint" style={{ fontSize: 11 }}>
          {overWords(comparison)}
        </div>
      )}
    </div>
  );
}

interface BarProps {
  comparison: ComparisonReport;
  /** What the ends of the scale stand for. */
  span: number;
  height: number;
  /** Where the line runs, from the top. */
  middle: number;
  labelled?: boolean;
}

function Bar({ comparison, span, height, middle, labelled = false }: BarProps) {
  const { estimate, interval, endpoint } = comparison;
  const x = (value: number) => 165 + (165 * value) / span;
  const clear = interval !== null && (interval.low > 0 || interval.high < 0);
  const color = !clear ? "var(--ink2)" : (estimate ?? 0) > 0 ? "var(--good)" : "var(--d3)";
  const words = [comparisonWords(comparison), pWords(comparison), overWords(comparison), ...moreWords(comparison)]
    .filter(Boolean)
    .join(". ");
  return (
    <Tooltip label={words}>
      <svg
        viewBox={`0 0 330 ${height}`}
        width="100%"
        height={height}
        role="img"
        aria-label={`${NAMES[endpoint]}: ${comparisonWords(comparison)}`}
      >
        <path d={`M0 ${middle}h330`} style={{ stroke: "var(--line2)" }} />
        <path d={`M${x(0)} ${middle - 8}v16`} style={{ stroke: "var(--ink3)" }} />
        {labelled &&
          [-span, 0, span].map((at) => (
            <text
              key={at}
              x={x(at)}
              y="40"
              fontSize="10"
              textAnchor={at < 0 ? "start" : at > 0 ? "end" : "middle"}
              style={{ fill: "var(--ink3)" }}
            >
              {at === 0 ? "solo = org" : `${signed(at)} org ${at < 0 ? "worse" : "better"}`}
            </text>
          ))}
        {interval && <path d={`M${x(interval.low)} ${middle}H${x(interval.high)}`} style={{ stroke: color }} strokeWidth="3" />}
        {estimate !== null && <circle cx={x(estimate)} cy={middle} r="5" style={{ fill: color }} />}
      </svg>
    </Tooltip>
  );
}

/** What a row has room for; the whole sentence is on the bar. */
function shortWords(comparison: ComparisonReport): string {
  const { estimate, interval, p, reason } = comparison;
  if (estimate === null || !interval) return reason === null || reason === "no-runs" ? "cannot be compared yet" : REASON_WORDS[reason];
  const verdict = interval.low > 0 ? "org better" : interval.high < 0 ? "org worse" : "no clear difference";
  return p === null ? verdict : `${verdict} · ${pWords(comparison)}`;
}

/** Which tasks a comparison is over, which are left out and why (M21), and of what its interval speaks (M14). */
function overWords(comparison: ComparisonReport): string {
  const { tasks, perTask, interval, scope } = comparison;
  const over = tasks === perTask.length ? plural(tasks, "task") : tasksLeftOut(comparison, (reason) => REASON_WORDS[reason]);
  return interval ? `${over} · speaks of ${scope}` : over;
}

function differenceWords(comparison: ComparisonReport): string {
  return `${signed(comparison.estimate)}${comparison.estimate === null ? "" : ` ${intervalText(comparison)}`}`;
}

/** What stands beside a p that there is: the least there could be, and whether .05 can be reached at all (M15). */
function moreWords({ p, floor, pReason }: ComparisonReport): string[] {
  return p === null ? [] : [`No p of so many tasks is below ${pText(floor)}`, ...(pReason === null ? [] : [pReason])];
}

function pWords({ p, pHolm, pReason }: ComparisonReport): string {
  if (p === null) return pReason ?? "";
  return `p ${pText(p)}${pHolm === null ? "" : `, Holm ${pText(pHolm)}`}`;
}
