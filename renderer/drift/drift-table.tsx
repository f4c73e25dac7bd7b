/** Owns the edges as a table that can be sorted by every column. */
import { Table } from "@mantine/core";
import { useState } from "react";
import type { EdgeReport } from "#shared/drift/report.ts";
import { isTooFew, type SortKey, sortEdges } from "#renderer/drift/drift-view-model.ts";
import { count, countWords, figure, intervalText, noneSeenWords, REASON_WORDS } from "#renderer/ui/words.ts";

const COLUMNS: { key: SortKey; name: string; title?: string }[] = [
  { key: "direction", name: "Edge" },
  { key: "drift", name: "Loss", title: "Mean over firing runs in which something could be lost, 95 % interval" },
  { key: "measured", name: "Measured", title: "Runs with a loss, of those in which the edge fired" },
  { key: "fired", name: "Fired", title: "Runs in which the edge fired, of all" },
  { key: "perRun", name: "Per run", title: "Loss per run, 0 where the edge did not fire; the tasks and runs behind it" },
  { key: "omitted", name: "Dropped" },
  { key: "weakened", name: "Weakened" },
  { key: "contradicted", name: "Contradicted" },
  { key: "introduced", name: "Introduced" },
  { key: "handoffs", name: "Handoffs" },
];

export function DriftTable({
  edges,
  selected,
  onEdge,
}: {
  edges: readonly EdgeReport[];
  selected: string | null;
  onEdge(id: string): void;
}) {
  const [key, setKey] = useState<SortKey>("drift");
  const [descending, setDescending] = useState(true);
  const sort = (next: SortKey) => {
    if (next === key) setDescending(!descending);
    else {
      setKey(next);
      setDescending(next !== "direction");
    }
  };
  return (
    <div className="table-wrap">
      <Table highlightOnHover stickyHeader fz={12.5} horizontalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map((column) => (
              <Table.Th
                key={column.key}
                ta={column.key === "direction" ? "left" : "right"}
                aria-sort={column.key === key ? (descending ? "descending" : "ascending") : "none"}
              >
                <button
                  type="button"
                  className="list-button"
                  title={column.title}
                  style={{ padding: "2px 4px", width: "auto", fontWeight: 600 }}
                  onClick={() => sort(column.key)}
                >
                  {column.name}
                  {column.key === key ? (descending ? " ↓" : " ↑") : ""}
                </button>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sortEdges(edges, key, descending).map((edge) => (
            <Table.Tr
              key={edge.edgeId}
              className={isTooFew(edge, key) ? "too-few" : undefined}
              bg={edge.edgeId === selected ? "var(--accent-bg)" : undefined}
            >
              <Table.Td>
                <button
                  type="button"
                  className="list-button"
                  style={{ padding: "2px 4px", width: "auto", minWidth: 150 }}
                  data-edge={edge.edgeId}
                  aria-current={edge.edgeId === selected}
                  onClick={() => onEdge(edge.edgeId)}
                >
                  {edge.direction}
                </button>
              </Table.Td>
              <FigureCell figure={edge.drift} of="firing runs" />
              <MeasuredCell edge={edge} />
              <Table.Td ta="right">
                {edge.runsFired}/{edge.runs}
              </Table.Td>
              <FigureCell figure={edge.perRun} of="runs" runs={edge.perRun.runs} />
              <Table.Td ta="right">{figure(edge.parts?.omitted ?? null)}</Table.Td>
              <Table.Td ta="right">{figure(edge.parts?.weakened ?? null)}</Table.Td>
              <Table.Td ta="right">{figure(edge.parts?.contradicted ?? null)}</Table.Td>
              <Table.Td ta="right">{count(edge.introduced)}</Table.Td>
              <Table.Td ta="right">{count(edge.handoffs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Runs with a loss of those that fired; what the others lacked is counted apart (M2). */
function MeasuredCell({ edge: { measured, runsFired, nothingToLose, nothingToCarry } }: { edge: EdgeReport }) {
  return (
    <Table.Td ta="right">
      {measured}/{runsFired}
      {nothingToLose > 0 && (
        <div className="faint" style={{ fontSize: 11 }} title="Runs in which the sender held nothing">
          {count(nothingToLose)} nothing to lose
        </div>
      )}
      {nothingToCarry > 0 && (
        <div className="faint" style={{ fontSize: 11 }} title="Runs in which the receiver already had it all">
          {count(nothingToCarry)} nothing to carry
        </div>
      )}
    </Table.Td>
  );
}

/** A figure with its interval and what stands behind it, or the reason why there is none. */
function FigureCell({ figure: estimate, of, runs }: { figure: EdgeReport["drift"]; of: string; runs?: number }) {
  if (estimate.mean === null)
    return (
      <Table.Td ta="right">
        <span className="muted">{estimate.reason ? REASON_WORDS[estimate.reason] : "–"}</span>
      </Table.Td>
    );
  return (
    <Table.Td ta="right">
      <span style={{ whiteSpace: "nowrap" }}>
        <b style={{ fontWeight: 600 }}>{figure(estimate.mean)}</b>{" "}
        <span className="muted" title={noneSeenWords(estimate.interval, of) || undefined}>
          {intervalText(estimate)}
        </span>
      </span>
      <div className="faint" style={{ fontSize: 11, whiteSpace: "nowrap" }}>
        {countWords({ ...estimate, runs })}
      </div>
    </Table.Td>
  );
}
