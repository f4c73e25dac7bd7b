/** Owns the org as a table: agents and handoffs in rows, added, removed, sorted, filtered and edited in place. */
import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useCallback, useMemo, useRef, useState } from "react";
import { whyNotConnect } from "#shared/org/create.ts";
import type { Agent, Handoff, Org } from "#shared/org/schema.ts";
import { addAgent, connect, duplicate, handoffName, remove, ROLE_OFFERS, type RoleOffer } from "#renderer/design/edits.ts";
import type { PanelProps } from "#renderer/design/panel-props.ts";
import type { Selection } from "#renderer/design/selection.ts";
import { AGENT_COLUMNS, HANDOFF_COLUMNS } from "#renderer/design/table/columns-view-model.ts";
import { DataGrid } from "#renderer/design/table/data-grid.tsx";
import type { CellEdit } from "#renderer/design/table/grid-view-model.ts";
import { useApp } from "#renderer/state/context.ts";
import { plural } from "#renderer/ui/words.ts";

type List = "agents" | "handoffs";

export function TableView({ draft, org, selection, onSelect, readOnly }: PanelProps & { selection: Selection }) {
  const app = useApp();
  const section = useRef<HTMLElement>(null);
  const [list, setList] = useState<List>(selection.agents.length === 0 && selection.handoffs.length > 0 ? "handoffs" : "agents");
  const [filter, setFilter] = useState("");
  const chosen = selection[list];
  const pick = useCallback((ids: string[]) => onSelect({ agents: [], handoffs: [], [list]: ids }), [list, onSelect]);
  const edit = useCallback(
    (result: CellEdit) => {
      if (result.ok) draft.edit(result.edit);
      else app.toast("info", result.why);
      return result.ok;
    },
    [app, draft],
  );
  const takeAway = (ids: readonly string[]) => {
    if (ids.length === 0) return;
    draft.edit(list === "agents" ? remove(org, ids, []) : remove(org, [], ids));
    pick([]);
  };
  /** Goes on in the row that is selected now, once it is drawn. */
  const goOn = () =>
    setTimeout(() => {
      const cells = section.current?.querySelector<HTMLTableRowElement>("tbody tr[aria-selected=true]")?.cells;
      const next = cells?.[1] ?? section.current?.querySelector<HTMLElement>("[role=grid] [tabindex='0']");
      next?.focus();
    });
  const addRow = () => {
    const rightmost = Math.max(-220, ...org.agents.map((agent) => agent.position.x));
    const added = addAgent(org, ROLE_OFFERS.at(-1) as RoleOffer, { x: rightmost + 320, y: org.agents[0]?.position.y ?? 0 });
    draft.edit(added.edit);
    setFilter("");
    onSelect({ agents: [added.agent.id], handoffs: [] });
    goOn();
  };
  const shared = { org, filter, selected: chosen, onSelect: pick, onEdit: edit, onRemove: takeAway, readOnly };
  return (
    <section ref={section} className="org-table" aria-label="The org as a table">
      <div className="org-table-tools">
        <SegmentedControl
          aria-label="Rows"
          value={list}
          onChange={(value) => setList(value as List)}
          data={[
            { value: "agents", label: `Agents (${org.agents.length})` },
            { value: "handoffs", label: `Handoffs (${org.handoffs.length})` },
          ]}
        />
        <TextInput
          aria-label="Filter rows"
          placeholder="Filter rows"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          w={160}
        />
        <div className="spacer" />
        {list === "agents" ? (
          <>
            <Button variant="default" disabled={readOnly} onClick={addRow}>
              Add agent
            </Button>
            <Button
              variant="default"
              disabled={readOnly || chosen.length === 0}
              onClick={() => {
                const copy = duplicate(org, chosen);
                draft.edit(copy.edit);
                pick(copy.agents);
                goOn();
              }}
            >
              Duplicate
            </Button>
          </>
        ) : (
          <AddHandoff org={org} readOnly={readOnly} onAdd={(source, target) => addHandoff(source, target)} />
        )}
        <Button
          variant="default"
          disabled={readOnly || chosen.length === 0}
          onClick={() => {
            takeAway(chosen);
            goOn();
          }}
        >
          {chosen.length > 1 ? `Remove ${chosen.length}` : "Remove"}
        </Button>
      </div>
      {list === "agents" ? (
        <DataGrid<Agent> key="agents" label="Agents" rows={org.agents} columns={AGENT_COLUMNS} nameOf={(agent) => agent.name} {...shared} />
      ) : (
        <Handoffs key="handoffs" {...shared} />
      )}
      <p className="keys-hint">
        Arrows move; Enter or a second press edits, typing replaces, Escape leaves; Space ticks; Delete empties, and in the first column
        removes {plural(Math.max(chosen.length, 1), "row")}.
      </p>
    </section>
  );

  function addHandoff(source: string, target: string): void {
    const made = connect(org, source, target);
    draft.edit(made.edit);
    setFilter("");
    onSelect({ agents: [], handoffs: [made.handoff.id] });
    goOn();
  }
}

type Shared = Pick<
  Parameters<typeof DataGrid<Handoff>>[0],
  "org" | "filter" | "selected" | "onSelect" | "onEdit" | "onRemove" | "readOnly"
>;

function Handoffs(props: Shared) {
  const { org } = props;
  // The kind says something only where it is not always the same.
  const plain = org.handoffs.every((handoff) => handoff.kind === "message");
  const columns = useMemo(() => HANDOFF_COLUMNS.filter((column) => !plain || column.id !== "kind"), [plain]);
  return (
    <DataGrid<Handoff>
      label="Handoffs"
      rows={org.handoffs}
      columns={columns}
      nameOf={(handoff) => handoffName(org, handoff.id)}
      {...props}
    />
  );
}

function AddHandoff({ org, readOnly, onAdd }: { org: Org; readOnly: boolean; onAdd(source: string, target: string): void }) {
  const [source, setSource] = useState<string | null>(null);
  const [target, setTarget] = useState<string | null>(null);
  const known = (id: string | null) => (org.agents.some((agent) => agent.id === id) ? id : null);
  const from = known(source);
  const to = known(target);
  const why = from && to ? whyNotConnect(org, from, to) : "Choose who hands off, and to whom.";
  const seen = new Set<string>();
  const data = org.agents.flatMap(({ id, name }) => (seen.has(id) ? [] : (seen.add(id), [{ value: id, label: name }])));
  return (
    <>
      <Select aria-label="From" placeholder="From" data={data} value={from} onChange={setSource} w={130} searchable />
      <span aria-hidden="true">→</span>
      <Select aria-label="To" placeholder="To" data={data} value={to} onChange={setTarget} w={130} searchable />
      <Button variant="default" disabled={readOnly || why !== null} title={why ?? ""} onClick={() => from && to && onAdd(from, to)}>
        Add handoff
      </Button>
    </>
  );
}
