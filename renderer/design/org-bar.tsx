/** Owns the top bar of the design place: which org is open, undo and redo, files in and out. */
import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { Org } from "#shared/org/schema.ts";
import { problemsAsLine } from "#shared/problem.ts";
import { useApp, useAppState, useDraftState } from "#renderer/state/context.ts";
import type { Draft } from "#renderer/state/draft.ts";
import { chooseFile, saveFile } from "#renderer/ui/files.ts";
import { RedoIcon, UndoIcon } from "#renderer/ui/icons.tsx";
import { TopBar } from "#renderer/ui/topbar.tsx";

export interface OrgBarProps {
  draft: Draft | null;
  org: Org | null;
  readOnly: boolean;
  /** Stands beside undo and redo, e.g. the switch between views. */
  children?: ReactNode;
}

export function OrgBar({ draft, org, readOnly, children }: OrgBarProps) {
  const app = useApp();
  const orgs = useAppState((state) => state.orgs);
  const importOrg = () =>
    void app.attempt(async () => {
      const file = await chooseFile(".json,.org.json");
      if (!file) return;
      const result = await app.lab.call((client) => client.orgs.import({ text: file.text, fileName: file.name }));
      if (!result.ok) return app.toast("error", problemsAsLine(result.problems));
      await app.loadOrgs();
      app.openOrg(result.id);
      app.toast("info", `${file.name} was imported.`);
    });
  const exportOrg = () =>
    void app.attempt(async () => {
      if (!draft) return;
      const file = await app.lab.call((client) => client.orgs.export({ id: draft.store.getState().orgId }));
      saveFile(file.fileName, file.text);
    });
  const archive = () =>
    void app.attempt(async () => {
      if (!draft || !org) return;
      const id = draft.store.getState().orgId;
      await app.lab.call((client) => client.orgs.archive({ id, archived: true }));
      await app.loadOrgs();
      const next = app.store.getState().orgs.find((each) => !each.archived);
      if (next) app.openOrg(next.id);
      else await app.createOrg({ name: "New org" });
      app.toast("info", `${org.name} was put away; its experiments are kept.`, { name: "Take it back", run: () => takeBack(id) });
    });
  const takeBack = (id: string) =>
    void app.attempt(async () => {
      await app.lab.call((client) => client.orgs.archive({ id, archived: false }));
      await app.loadOrgs();
      app.openOrg(id);
    });
  const away = orgs.filter((each) => each.archived);
  return (
    <TopBar>
      <Menu position="bottom-start" width={300} onOpen={() => void app.attempt(() => app.loadOrgs())}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            styles={{ label: { fontWeight: 650, color: "var(--ink)" } }}
            rightSection="▾"
            aria-label={`Org: ${org?.name ?? "none"}`}
          >
            {org?.name ?? "No org"}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={480} style={{ overflow: "auto" }}>
          <Menu.Label>Open</Menu.Label>
          {orgs
            .filter((each) => !each.archived)
            .map((each) => (
              <Menu.Item
                key={each.id}
                onClick={() => app.openOrg(each.id)}
                rightSection={<span className="faint">{each.agents} agents</span>}
              >
                {each.name}
              </Menu.Item>
            ))}
          <Menu.Divider />
          <Menu.Item disabled={readOnly} onClick={() => void app.createOrg({ name: "New org" })}>
            Make a new org
          </Menu.Item>
          <Menu.Item disabled={readOnly || !draft} onClick={() => draft && void app.createOrg({ copyOf: draft.store.getState().orgId })}>
            Duplicate this org
          </Menu.Item>
          <Menu.Item disabled={readOnly || !draft} onClick={archive}>
            Put this org away
          </Menu.Item>
          {away.length > 0 && (
            <>
              <Menu.Divider />
              <Menu.Label>Put away; press to take back</Menu.Label>
              {away.map((each) => (
                <Menu.Item key={each.id} disabled={readOnly} onClick={() => takeBack(each.id)}>
                  {each.name}
                </Menu.Item>
              ))}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {draft && <History draft={draft} readOnly={readOnly} />}
      {children}
      <div className="spacer" />
      {draft && <Saved draft={draft} />}
      <Button variant="default" onClick={importOrg} disabled={readOnly}>
        Import…
      </Button>
      <Button variant="default" onClick={exportOrg} disabled={!draft}>
        Export
      </Button>
      <Button onClick={() => app.newExperiment(draft ? [draft.store.getState().orgId] : [])}>Run an experiment</Button>
    </TopBar>
  );
}

function History({ draft, readOnly }: { draft: Draft; readOnly: boolean }) {
  const undo = useDraftState(draft, (state) => state.undo.at(-1)?.name ?? null);
  const redo = useDraftState(draft, (state) => state.redo.at(-1)?.name ?? null);
  return (
    <div style={{ display: "flex" }}>
      <Tooltip label={undo ? `Undo: ${undo} (Ctrl+Z)` : "Nothing to undo"}>
        <ActionIcon aria-label={undo ? `Undo: ${undo}` : "Undo"} disabled={readOnly || undo === null} onClick={() => draft.undo()}>
          {UndoIcon}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={redo ? `Redo: ${redo} (Shift+Ctrl+Z)` : "Nothing to redo"}>
        <ActionIcon aria-label={redo ? `Redo: ${redo}` : "Redo"} disabled={readOnly || redo === null} onClick={() => draft.redo()}>
          {RedoIcon}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function Saved({ draft }: { draft: Draft }) {
  const pending = useDraftState(draft, (state) => state.pending.length);
  return (
    <span className="faint" role="status" data-testid="saved">
      {pending === 0 ? "Saved" : "Saving…"}
    </span>
  );
}
