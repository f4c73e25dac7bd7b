/** Owns the bottom strip: is the org better, and is it worse, than one agent alone? A row for each solo arm, and it folds. */
import { Tooltip } from "@mantine/core";
import type { ComparisonReport } from "#shared/drift/report.ts";
import { tasksLeftOut } from "#shared/drift/left-out.ts";
import { pText } from "#shared/drift/p-text.ts";
import { ENDPOINTS } from "#shared/experiment/plan.ts";
import { comparisonWords } from "#renderer/drift/drift-view-model.ts";
import { Explained } from "#renderer/drift/explained.tsx";
import { intervalText, plural, REASON_WORDS, signed } from "#renderer/ui/words.ts";
import "#renderer/drift/org-against-solo.css";

const NAMES = { effectiveness: "Asks met", alignment: "Alignment" } as const;
const HEIGHT = 16;

export interface OrgAgainstSoloProps {
  /** Those of one org. */
  comparisons: readonly ComparisonReport[];
  arms: readonly { id: string; name: string }[];
  open: boolean;
  onOpen(open: boolean): void;
}

export function OrgAgainstSolo({ comparisons, arms, open, onOpen }: OrgAgainstSoloProps) {
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
      <button type="button" className="fold" aria-expanded={open} onClick={() => onOpen(!open)}>
        <b>
          <span aria-hidden="true">{open ? "▾" : "▸"}</span> Org against solo
        </b>
        {open ? (
          <span className="muted">paired over tasks{same ? ` · ${overWords(first)}` : ""}</span>
        ) : solos.length === 1 ? (
          comparisons.map((each) => (
            <span key={each.endpoint} className="muted num">
              {NAMES[each.endpoint]} {differenceWords(each)}
            </span>
          ))
        ) : (
          <span className="muted">{plural(solos.length, "solo arm")}</span>
        )}
      </button>
      {open && <SoloTable comparisons={comparisons} solos={solos} arms={arms} span={span} over={!same} />}
    </footer>
  );
}

interface SoloTableProps extends Pick<OrgAgainstSoloProps, "comparisons" | "arms"> {
  solos: readonly string[];
  /** What the ends of the scale stand for. */
  span: number;
  /** Whether each has to say itself which tasks it is over. */
  over: boolean;
}

/** One row a solo arm, one column an endpoint, all on one scale. */
function SoloTable({ comparisons, solos, arms, span, over }: SoloTableProps) {
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
              const name = solos.length === 1 ? `compare-${endpoint}` : `compare-${endpoint}-${solo}`;
              return <td key={endpoint}>{found && <Comparison comparison={found} span={span} over={over} name={name} />}</td>;
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
                <span>same</span>
                <span>{signed(span)} org better</span>
              </div>
            </td>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}

function Comparison({ comparison, span, over, name }: { comparison: ComparisonReport; span: number; over: boolean; name: string }) {
  return (
    <div data-testid={name}>
      <div className="top">
        <span className="muted">{shortWords(comparison)}</span>
        <b className="num">{differenceWords(comparison)}</b>
        {comparison.p !== null && (
          <Explained className="muted num" words={[P_WORDS, ...moreWords(comparison)].join(" ")}>
            {pWords(comparison)}
          </Explained>
        )}
      </div>
      <Bar comparison={comparison} span={span} />
      {over && (
        <div className="faint" style={{ fontSize: 11 }}>
          {overWords(comparison)}
        </div>
      )}
    </div>
  );
}

function Bar({ comparison, span }: { comparison: ComparisonReport; span: number }) {
  const { estimate, interval, endpoint } = comparison;
  const x = (value: number) => 165 + (165 * value) / span;
  const middle = HEIGHT / 2;
  const clear = interval !== null && (interval.low > 0 || interval.high < 0);
  const color = !clear ? "var(--ink2)" : (estimate ?? 0) > 0 ? "var(--good)" : "var(--d3)";
  const words = [comparisonWords(comparison), pWords(comparison), overWords(comparison), ...moreWords(comparison)]
    .filter(Boolean)
    .join(". ");
  return (
    <Tooltip label={words} multiline maw={420}>
      <svg
        viewBox={`0 0 330 ${HEIGHT}`}
        width="100%"
        height={HEIGHT}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${NAMES[endpoint]}: ${comparisonWords(comparison)}`}
      >
        <path d={`M0 ${middle}h330`} style={{ stroke: "var(--line2)" }} vectorEffect="non-scaling-stroke" />
        <path d={`M${x(0)} 0v${HEIGHT}`} style={{ stroke: "var(--ink3)" }} vectorEffect="non-scaling-stroke" />
        {interval && <path d={`M${x(interval.low)} ${middle}H${x(interval.high)}`} style={{ stroke: color }} strokeWidth="3" />}
        {/* A line of no length with round ends stays a dot however wide the grid is. */}
        {estimate !== null && (
          <path
            d={`M${x(estimate)} ${middle}h0.001`}
            style={{ stroke: color }}
            strokeWidth="10"
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
    </Tooltip>
  );
}

/** What a row has room for; the whole sentence is on the bar. */
function shortWords(comparison: ComparisonReport): string {
  const { estimate, interval, reason } = comparison;
  if (estimate === null || !interval) return reason === null || reason === "no-runs" ? "cannot be compared yet" : REASON_WORDS[reason];
  return interval.low > 0 ? "org better" : interval.high < 0 ? "org worse" : "no clear difference";
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

const P_WORDS =
  "p: how often chance alone would make a difference at least as large. Holm: the same number made stricter, since several differences are looked at together.";

function pWords({ p, pHolm, pReason }: ComparisonReport): string {
  if (p === null) return pReason ?? "";
  return `p ${pText(p)}${pHolm === null ? "" : `, Holm ${pText(pHolm)}`}`;
}
