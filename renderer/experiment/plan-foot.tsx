/** Owns the foot of the form: what keeps it from starting, what it will take in a line, and the start. */
import { Alert, Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import type { Problem } from "#shared/problem.ts";
import type { ForecastInfo } from "#shared/rpc/types.ts";
import { rangeText, usdText } from "#renderer/experiment/plan-preview.tsx";
import { useAppState } from "#renderer/state/context.ts";
import { count, plural } from "#renderer/ui/words.ts";

const MOST_PROBLEMS = 3;

export interface PlanFootProps {
  forecast: ForecastInfo | null;
  problems: Problem[];
  /** Whether the forecast is that of the form as it stands. */
  current: boolean;
  starting: boolean;
  onStart(fresh: boolean): void;
  /** Stands below the problems: what else has to be done first. */
  children?: ReactNode;
}

export function PlanFoot({ forecast, problems, current, starting, onStart, children }: PlanFootProps) {
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  const shown = [...new Set(problems.map((problem) => problem.message))];
  const ready = forecast !== null && current && shown.length === 0 && !readOnly;
  return (
    <div className="sticky-foot">
      {shown.length > 0 && (
        <Alert color="orange" role="alert" className="foot-alert">
          {shown.slice(0, MOST_PROBLEMS).map((message) => (
            <p key={message}>{message}</p>
          ))}
          {shown.length > MOST_PROBLEMS && <p>And {shown.length - MOST_PROBLEMS} more like these.</p>}
        </Alert>
      )}
      {children}
      {forecast && (
        <p style={{ fontSize: 12 }} className="muted num" data-testid="forecast">
          {forecast.done > 0
            ? `${count(forecast.cells - forecast.done)} of ${plural(forecast.cells, "cell")} left`
            : plural(forecast.cells, "cell")}{" "}
          · {rangeText(forecast.calls)} calls · {rangeText(forecast.outputTokens)} output tokens
          {forecast.usd?.high !== 0 && ` · ${usdText(forecast.usd)}`}
        </p>
      )}
      <Group gap="xs">
        <Button onClick={() => onStart(false)} disabled={!ready} loading={starting}>
          {forecast?.existing ? "Continue this experiment" : "Start"}
        </Button>
        {forecast?.existing && (
          <Button variant="default" onClick={() => onStart(true)} disabled={!ready} loading={starting}>
            Start a new one
          </Button>
        )}
      </Group>
    </div>
  );
}
