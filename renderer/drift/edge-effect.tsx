/** Owns the study of one edge: what repairing its messages changes in the outcome, with its uncertainty (M5, M6). */
import { Button, Group, NumberInput } from "@mantine/core";
import { useState } from "react";
import type { EdgeEffect, EffectFigure } from "#shared/drift/effect.ts";
import type { EdgeReport } from "#shared/drift/report.ts";
import type { StudyView } from "#shared/rpc/drift-types.ts";
import { BadgeTag } from "#renderer/ui/badge.tsx";
import { useApp } from "#renderer/state/context.ts";
import { forecastWords } from "#renderer/drift/study-view-model.ts";
import { useAsked } from "#renderer/drift/use-asked.ts";
import { figure, intervalText, plural, REASON_WORDS } from "#renderer/ui/words.ts";

const NO_CAPS = { outputTokens: null, usd: null };
const LOOK_MS = 900;

export function EdgeEffect({ experimentId, edge, repeats }: { experimentId: string; edge: EdgeReport; repeats: number }) {
  const app = useApp();
  const [perTask, setPerTask] = useState(2);
  const [draws, setDraws] = useState(3);
  const { value: studies, again: look } = useAsked(
    experimentId,
    () => app.lab.call((client) => client.studies.list({ experimentId })),
    (value) => (value.some((each) => each.running) ? LOOK_MS : null),
  );
  const study = studies?.find((each) => each.armId === edge.arm && each.edges.some(({ edgeId }) => edgeId === edge.edgeId)) ?? null;
  const choice = { experimentId, armId: edge.arm, edges: [edge.edgeId], checkpointsPerTask: perTask, drawsPerSide: draws, seed: 1 };
  const isPossible = repeats >= 2 && edge.handoffs > 0;
  const { value: forecast } = useAsked(
    `${JSON.stringify(choice)} ${edge.runs}`,
    async () => (isPossible ? app.lab.call((client) => client.studies.forecast(choice)) : null),
    () => null,
  );
  const start = () =>
    void app.attempt(async () => {
      const answer = await app.lab.call((client) => client.studies.start({ ...choice, caps: NO_CAPS }));
      if (!answer.ok) app.toast("error", answer.problems[0]?.message ?? "The study could not be started.");
      look();
    });
  const goOn = (id: string) =>
    void app.attempt(async () => {
      await app.lab.call((client) => client.studies.resume({ id, caps: NO_CAPS }));
      look();
    });
  const stop = (id: string) => void app.attempt(() => app.lab.call((client) => client.studies.stop({ id })));
  return (
    <section aria-label="Effect of repairing this edge">
      <h3 className="section-title">What would repairing this edge change?</h3>
      {repeats < 2 ? (
        <p className="muted">
          This takes at least 2 repeats of each task: the runs of one half show which edge is bad, those of the other are run again from the
          handoff on.
        </p>
      ) : (
        <>
          <Group gap={8} align="end">
            <Count label="Handoffs a task" value={perTask} onChange={setPerTask} />
            <Count label="Runs of each side" value={draws} onChange={setDraws} />
            {study?.running ? (
              <Button variant="default" onClick={() => stop(study.id)}>
                Stop
              </Button>
            ) : study && study.done < study.total ? (
              <Button onClick={() => goOn(study.id)}>Go on</Button>
            ) : (
              <Button onClick={start} disabled={edge.handoffs === 0}>
                {study ? "Study again" : "Study"}
              </Button>
            )}
          </Group>
          {!study?.running && forecast && (
            <div className="muted" data-testid="study-forecast">
              {forecast.ok
                ? forecastWords(forecast, draws).map((words) => <p key={words}>{words}</p>)
                : forecast.problems.map((each) => <p key={each.message}>{each.message}</p>)}
            </div>
          )}
        </>
      )}
      {study && <Result study={study} edgeId={edge.edgeId} />}
    </section>
  );
}

function Count({ label, value, onChange }: { label: string; value: number; onChange(value: number): void }) {
  return (
    <NumberInput
      label={label}
      size="xs"
      w={120}
      min={1}
      max={50}
      allowDecimal={false}
      value={value}
      onChange={(next) => onChange(typeof next === "number" && next >= 1 ? next : 1)}
    />
  );
}

function Result({ study, edgeId }: { study: StudyView; edgeId: string }) {
  const found = study.result.edges.find((each) => each.edgeId === edgeId);
  const outcome: EdgeEffect | null = found?.outcome ?? null;
  return (
    <div data-testid="edge-effect" style={{ display: "flex", flexDirection: "column", gap: 6, marginTop: 8 }}>
      <Group gap={6} wrap="nowrap" align="start">
        <BadgeTag badge={study.result.badge} />
        <span className="muted" role="status">
          {study.running ? `Running: ${study.done} of ${study.total}` : `${study.done} of ${plural(study.total, "run")} done`}
          {study.failed > 0 ? `, ${study.failed} failed` : ""} · {plural(study.drawn, "handoff")}, {study.lossy} of them lost something
        </span>
      </Group>
      {study.message && <p role="status">{study.message}</p>}
      {study.notRepaired.map((why) => (
        <p key={why} className="muted">
          {why}
        </p>
      ))}
      {outcome === null && <p className="muted">No runs yet: figures come with the first handoff that has run repaired and as sham.</p>}
      {outcome && study.running && <p className="muted">Figures may still move.</p>}
      {outcome && (
        <dl className="figures">
          <Figure name="Alignment" hint="repaired − sham; above 0: repairing helps" value={outcome.alignment.effect} />
          <Figure name="per lossy handoff" value={outcome.alignment.perLossy} />
          <Figure name="sham − as sent" hint="what editing alone changes; near 0 is good" value={outcome.alignment.shamMinusAsSent} />
          <Figure name="Asks met" hint="repaired − sham" value={outcome.effectiveness.effect} />
          {found?.sway && (
            <Figure
              name="Recipient sway"
              hint="how much more of what was put back the receiver’s next message carries"
              value={found.sway.estimate}
            />
          )}
        </dl>
      )}
    </div>
  );
}

function Figure({ name, hint, value }: { name: string; hint?: string; value: EffectFigure }) {
  return (
    <>
      <dt>
        {name}
        {hint && <span className="muted"> — {hint}</span>}
      </dt>
      <dd>
        <b>{value.mean === null ? "–" : figure(value.mean)}</b>{" "}
        <span className="muted">{value.mean === null && value.reason ? REASON_WORDS[value.reason] : intervalText(value)}</span>
      </dd>
    </>
  );
}
