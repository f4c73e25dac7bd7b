/** Owns the foot of the form: what keeps it from starting, what it will take in a line, and the start. */
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import type { ForecastInfo } from "#shared/rpc/experiment-types.ts";
import { rangeText, usdText } from "#renderer/experiment/plan-preview.tsx";
import { Notices } from "#renderer/experiment/notices.tsx";
import type { Readiness } from "#renderer/experiment/readiness.ts";
import { count, plural } from "#renderer/ui/words.ts";

export interface PlanFootProps {
  forecast: ForecastInfo | null;
  readiness: Readiness;
  /** Whether the forecast is that of the form as it stands. */
  current: boolean;
  starting: boolean;
  onStart(fresh: boolean): void;
  /** Stands below the problems: what else has to be done first. */
  children?: ReactNode;
}

export function PlanFoot({ forecast, readiness, current, starting, onStart, children }: PlanFootProps) {
  const ready = forecast !== null && current && readiness.before.length === 0;
  const finished = forecast?.existing && forecast.done === forecast.cells;
  return (
    <div className="sticky-foot">
      <Notices readiness={readiness} />
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
        <Button variant={finished ? "default" : "filled"} onClick={() => onStart(false)} disabled={!ready} loading={starting}>
          {finished ? "Open the finished one" : forecast?.existing ? "Continue this experiment" : "Start"}
        </Button>
        {forecast?.existing && (
          <Button variant={finished ? "filled" : "default"} onClick={() => onStart(true)} disabled={!ready} loading={starting}>
            Start a new one
          </Button>
        )}
      </Group>
    </div>
  );
}
