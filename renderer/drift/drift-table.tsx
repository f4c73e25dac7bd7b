/** Owns the edges as a table that can be sorted by every column. */
import { Table } from "@mantine/core";
import { useState } from "react";
import type { EdgeReport } from "#shared/drift/report.ts";
import { type SortKey, sortEdges } from "#renderer/drift/drift-view-model.ts";
import { count, figure, intervalText, noneSeenWords, REASON_WORDS } from "#renderer/ui/words.ts";

const COLUMNS: { key: SortKey; name: string }[] = [
  { key: "direction", name: "Edge" },
  { key: "drift", name: "Drift" },
  { key: "omitted", name: "Omitted" },
  { key: "weakened", name: "Weakened" },
  { key: "contradicted", name: "Contradicted" },
  { key: "introduced", name: "Introduced" },
  { key: "fired", name: "Fired" },
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
      <Table highlightOnHover stickyHeader fz={12.5}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map((column) => (
              <Table.Th key={column.key} aria-sort={column.key === key ? (descending ? "descending" : "ascending") : "none"}>
                <button
                  type="button"
                  className="list-button"
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
            <Table.Tr key={edge.edgeId} bg={edge.edgeId === selected ? "var(--accent-bg)" : undefined}>
              <Table.Td>
                <button
                  type="button"
                  className="list-button"
                  style={{ padding: "2px 4px", width: "auto" }}
                  aria-current={edge.edgeId === selected}
                  onClick={() => onEdge(edge.edgeId)}
                >
                  {edge.direction}
                </button>
              </Table.Td>
              <Table.Td>
                {edge.drift.mean === null ? (
                  <span className="muted">{edge.drift.reason ? REASON_WORDS[edge.drift.reason] : "–"}</span>
                ) : (
                  <>
                    <b style={{ fontWeight: 600 }}>{figure(edge.drift.mean)}</b>{" "}
                    <span className="muted" title={noneSeenWords(edge.drift.interval, "firing runs") || undefined}>
                      {intervalText(edge.drift)}
                    </span>
                  </>
                )}
              </Table.Td>
              <Table.Td>{figure(edge.parts?.omitted ?? null)}</Table.Td>
              <Table.Td>{figure(edge.parts?.weakened ?? null)}</Table.Td>
              <Table.Td>{figure(edge.parts?.contradicted ?? null)}</Table.Td>
              <Table.Td>{count(edge.introduced)}</Table.Td>
              <Table.Td>
                {edge.runsFired}/{edge.runs}
              </Table.Td>
              <Table.Td>{count(edge.handoffs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
