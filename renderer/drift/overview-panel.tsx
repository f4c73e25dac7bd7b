/** Owns the panel when no edge is chosen: the arms, and where most is lost. */
import { Table } from "@mantine/core";
import { armLeftOut } from "#shared/drift/left-out.ts";
import type { Confound } from "#shared/drift/confounds.ts";
import type { Org } from "#shared/org/schema.ts";
import type { ArmReport, Report, Score } from "#shared/drift/report.ts";
import { deadEnd, rankable, sortEdges, standsOut, worstEdge } from "#renderer/drift/drift-view-model.ts";
import { Explained } from "#renderer/drift/explained.tsx";
import { ConfoundList } from "#renderer/ui/confound-list.tsx";
import { count, countWords, dollars, figure, intervalText, noneSeenWords, REASON_WORDS, tokens } from "#renderer/ui/words.ts";

/** How many edges are named. */
const TOP = 6;

export interface OverviewPanelProps {
  report: Report;
  armId: string;
  design: Org;
  running: boolean;
  onEdge(id: string): void;
  onTable(): void;
}

export function OverviewPanel({ report, armId, design, running, onEdge, onTable }: OverviewPanelProps) {
  const edges = report.edges.filter((edge) => edge.arm === armId);
  const differences = report.confounds.filter((each) => each.arms.includes(armId) && !(running && isWaiting(each)));
  const severalOrgs = report.arms.filter((arm) => arm.kind === "org").length > 1;
  const worst = worstEdge(edges);
  const all = sortEdges(rankable(edges), "drift", true);
  const ranked = all.slice(0, TOP);
  const worstEnd = worst ? deadEnd(design, worst) : null;
  return (
    <div className="pad">
      <h2 className="panel-title">Where it is lost</h2>
      {worst ? (
        <p>
          {standsOut(edges) ? "Most is lost on " : "No edge clearly stands out; the highest is "}
          <b style={{ fontWeight: 600 }}>{worst.direction}</b>: {figure(worst.drift.mean)} {intervalText(worst.drift)}
          <Explained className="tag" words="Picked for being the largest: measured again it tends to be smaller.">
            selected
          </Explained>
          {worstEnd !== null && <span> {worstEnd} neither delivers nor hands on to who does, so this loss cannot reach the result.</span>}
        </p>
      ) : (
        <p className="muted">
          {report.arms.every((arm) => arm.runs === 0)
            ? "Nothing has been measured: no run has finished yet."
            : rankable(edges).length === 0
              ? "No edge fired in five tasks or more, so none is ranked."
              : "No edge has lost anything yet."}
        </p>
      )}
      <div>
        {ranked.map((edge) => (
          <button key={edge.edgeId} type="button" className="list-button" data-edge={edge.edgeId} onClick={() => onEdge(edge.edgeId)}>
            <span>
              {edge.direction}
              {deadEnd(design, edge) !== null && <span className="faint"> · leads nowhere</span>}
            </span>
            <span className="num">
              <b style={{ fontWeight: 600 }}>{figure(edge.drift.mean)}</b> <span className="muted">{intervalText(edge.drift)}</span>
            </span>
          </button>
        ))}
        {all.length > TOP && (
          <button type="button" className="list-button" onClick={onTable}>
            and {all.length - TOP} more, in the table
          </button>
        )}
      </div>
      <p className="muted" style={{ fontSize: 12 }}>
        {ranked.some((edge) => deadEnd(design, edge) !== null) && "Leads nowhere: nothing that arrives there can get to the result. "}
        Ranked are edges that fired in five tasks or more. Press an edge to read its runs, the one that lost most first.
      </p>
      <hr className="hr" />
      <h3 className="section-title">Arms</h3>
      <div className="scroll-x">
        <Table fz={12} verticalSpacing={4} horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Arm</Table.Th>
              <Table.Th>Runs</Table.Th>
              <Table.Th>Asks met</Table.Th>
              <Table.Th>Alignment</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.arms.map((arm) => (
              <Table.Tr key={arm.id}>
                <Table.Td>
                  <span style={{ overflowWrap: "anywhere" }}>{arm.name}</span>
                  <div className="faint" style={{ fontSize: 11 }}>
                    {tokens(arm.outputTokens, "token")}
                    {arm.outputTokens === null ? "" : " written"} · {dollars(arm.costUsd)}
                    {arm.status.refused > 0 ? ` · ${arm.status.refused} refused` : ""}
                    {arm.status.incomplete > 0 ? ` · ${arm.status.incomplete} incomplete` : ""}
                    {arm.cells.failed > 0 ? ` · ${arm.cells.failed} failed` : ""}
                  </div>
                  {armLeftOut(arm).map((words) => (
                    <div key={words} className="faint" style={{ fontSize: 11 }}>
                      {words}
                    </div>
                  ))}
                  {readTokens(arm) !== "" && (
                    <div className="faint" style={{ fontSize: 11 }}>
                      {readTokens(arm)}
                    </div>
                  )}
                  {arm.settings["budget-basis"] !== undefined && (
                    <div className="faint" style={{ fontSize: 11 }}>
                      budget from {arm.settings["budget-basis"]} of earlier runs, at least {arm.settings["budget-runs"]} a task
                    </div>
                  )}
                </Table.Td>
                <Table.Td>{count(arm.runs)}</Table.Td>
                <Figure estimate={arm.effectiveness} title="" />
                <Figure estimate={arm.retention} title={noneSeenWords(arm.retention.interval)} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <p className="faint" style={{ fontSize: 11.5 }}>
        Alignment: how much of the task’s constraints the deliverable keeps, −1 to 1; a contradicted one counts −1. Asks met: weighted share
        of what was asked for, 0 to 1. Intervals speak of tasks like these; a rare task in which nearly everything is lost is not covered by
        them.
      </p>
      {differences.length > 0 && (
        <>
          <hr className="hr" />
          <h3 className="section-title">In what {severalOrgs ? "this org and what it is compared with" : "the arms"} differ</h3>
          <p className="muted" style={{ fontSize: 12 }}>
            High, medium, low: how far such a difference could bend the comparison by itself.
          </p>
          <ConfoundList key={armId} confounds={differences} />
        </>
      )}
      {report.badge === "observed" && (
        <p className="muted" style={{ fontSize: 11.5 }}>
          Read by pattern probes. They misread wording they do not know: that shows as loss where there is none, and takes contradictions
          for omissions (docs/probe-accuracy.md says how often). Read the messages before you believe a figure.
        </p>
      )}
    </div>
  );
}

function Figure({ estimate, title }: { estimate: Score; title: string }) {
  return (
    <Table.Td>
      {estimate.mean === null ? (
        <span className="muted">{estimate.reason ? REASON_WORDS[estimate.reason] : "–"}</span>
      ) : (
        <>
          <b style={{ fontWeight: 600 }}>{figure(estimate.mean)}</b>
          <div className="faint" style={{ fontSize: 11, whiteSpace: "nowrap" }} title={title || undefined}>
            {intervalText(estimate)}
          </div>
          <div className="faint" style={{ fontSize: 11 }}>
            {countWords(estimate)}
          </div>
        </>
      )}
    </Table.Td>
  );
}

/** That cells have not been run yet is no difference while they are being run. */
function isWaiting({ what, id }: Confound): boolean {
  return what === "incomplete" && id.startsWith("incomplete|cells|");
}

/** What an arm read in, by its price; empty where it read nothing. */
function readTokens({ inputTokens, cacheReadTokens, cacheWriteTokens }: ArmReport): string {
  const part = (value: number | null, how: string) =>
    value === null || value > 0 ? [`${value === null ? "?" : count(value)} ${how}`] : [];
  const parts = [
    ...part(inputTokens, "at full price"),
    ...part(cacheReadTokens, "from the cache"),
    ...part(cacheWriteTokens, "into the cache"),
  ];
  return parts.length === 0 ? "" : `read: ${parts.join(", ")}`;
}
