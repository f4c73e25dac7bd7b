/** Owns the bottom strip: is the org better, and is it worse, than one agent alone? */
import { Tooltip } from "@mantine/core";
import type { ComparisonReport } from "#shared/drift/report.ts";
import { comparisonWords } from "#renderer/drift/drift-view-model.ts";
import { figure, intervalText, plural, signed } from "#renderer/ui/words.ts";

const NAMES = { effectiveness: "Effectiveness (asks met)", alignment: "Alignment (retention)" } as const;

export function OrgAgainstSolo({ comparisons }: { comparisons: readonly ComparisonReport[] }) {
  const [first] = comparisons;
  if (!first) return null;
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
        <Comparison key={comparison.endpoint} comparison={comparison} />
      ))}
    </footer>
  );
}

function Comparison({ comparison }: { comparison: ComparisonReport }) {
  const { estimate, interval, endpoint } = comparison;
  const span = Math.max(0.25, ...[estimate ?? 0, interval?.low ?? 0, interval?.high ?? 0].map((value) => Math.abs(value) * 1.15));
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
      <Tooltip label={`${comparisonWords(comparison)}. ${p}`}>
        <svg viewBox="0 0 330 34" width="100%" height="34" role="img" aria-label={`${NAMES[endpoint]}: ${comparisonWords(comparison)}`}>
          <path d="M0 17h330" style={{ stroke: "var(--line2)" }} />
          <path d={`M${x(0)} 9v16`} style={{ stroke: "var(--ink3)" }} />
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
