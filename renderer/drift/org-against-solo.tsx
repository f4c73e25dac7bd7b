/** Owns the bottom strip: is the org better, and is it worse, than one agent alone? */
import { Tooltip } from "@mantine/core";
import type { ComparisonReport } from "#shared/drift/report.ts";
import { comparisonWords } from "#renderer/drift/drift-view-model.ts";
import { figure, intervalText, plural, signed } from "#renderer/ui/words.ts";

const NAMES = { effectiveness: "Effectiveness (asks met)", alignment: "Alignment (retention)" } as const;

export function OrgAgainstSolo({ comparisons }: { comparisons: readonly ComparisonReport[] }) {
  const [first] = comparisons;
  if (!first) return null;
  // One scale for both, so that their lengths can be compared.
  const far = Math.max(
    0.25,
    ...comparisons.flatMap(({ estimate, interval }) => [estimate ?? 0, interval?.low ?? 0, interval?.high ?? 0].map(Math.abs)),
  );
  const span = Math.ceil(far * 4) / 4;
  return (
    <footer className="drift-foot" aria-label="Org against solo">
      <div style={{ minWidth: 130 }}>
        <b style={{ fontWeight: 650 }}>Org against solo</b>
        <div className="muted">paired over {plural(first.tasks, "task")}</div>
        <div className="faint" style={{ fontSize: 11 }}>
          speaks of {first.scope}
        </div>
      </div>
      {comparisons.map((comparison) => (
        <Comparison key={comparison.endpoint} comparison={comparison} span={span} />
      ))}
    </footer>
  );
}

function Comparison({ comparison, span }: { comparison: ComparisonReport; span: number }) {
  const { estimate, interval, endpoint } = comparison;
  const x = (value: number) => 165 + (165 * value) / span;
  const clear = interval !== null && (interval.low > 0 || interval.high < 0);
  const color = !clear ? "var(--ink2)" : (estimate ?? 0) > 0 ? "var(--good)" : "var(--d3)";
  const p =
    comparison.p === null
      ? (comparison.pReason ?? "")
      : `p ${comparison.p < 0.005 ? "< .01" : figure(comparison.p)}${comparison.pHolm !== null ? `, Holm ${comparison.pHolm < 0.005 ? "< .01" : figure(comparison.pHolm)}` : ""}`;
  return (
    <div className="compare" data-testid={`compare-${endpoint}`}>
      <div className="top">
        <span className="muted">{NAMES[endpoint]}</span>
        <b className="num" style={{ fontWeight: 600 }}>
          {signed(estimate)} {estimate === null ? "" : intervalText(comparison)}
        </b>
      </div>
      <Tooltip
        label={`${comparisonWords(comparison)}. ${p}${comparison.p !== null && comparison.pReason ? `. ${comparison.pReason}` : ""}`}
      >
        <svg viewBox="0 0 330 46" width="100%" height="46" role="img" aria-label={`${NAMES[endpoint]}: ${comparisonWords(comparison)}`}>
          <path d="M0 17h330" style={{ stroke: "var(--line2)" }} />
          <path d={`M${x(0)} 9v16`} style={{ stroke: "var(--ink3)" }} />
          {[-span, 0, span].map((at) => (
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
          {interval && <path d={`M${x(interval.low)} 17H${x(interval.high)}`} style={{ stroke: color }} strokeWidth="3" />}
          {estimate !== null && <circle cx={x(estimate)} cy="17" r="5" style={{ fill: color }} />}
        </svg>
      </Tooltip>
      <div className="top faint" style={{ fontSize: 11 }}>
        <span>{comparisonWords(comparison)}</span>
        <span>{p}</span>
      </div>
    </div>
  );
}
