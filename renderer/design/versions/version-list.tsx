/** Owns the list of an org's versions: keep one, open, rename, restore, delete and take back. */
import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { VersionSummary } from "#shared/rpc/org-types.ts";
import type { DesignKey } from "#renderer/design/versions/designs.ts";
import { plural, timeOf } from "#renderer/ui/words.ts";

export interface VersionActs {
  save(name: string): Promise<boolean>;
  open(id: string): void;
  compare(id: string): void;
  rename(id: string, name: string): void;
  restore(version: VersionSummary): void;
  copy(id: string): void;
  setDeleted(version: VersionSummary, deleted: boolean): void;
}

export interface VersionListProps {
  versions: readonly VersionSummary[];
  /** The design that is shown. */
  shown: DesignKey;
  present: { agents: number; handoffs: number };
  onPresent(): void;
  acts: VersionActs;
  readOnly: boolean;
}

/** Most signs of a version's name. */
const NAME = 200;

export function VersionList({ versions, shown, present, onPresent, acts, readOnly }: VersionListProps) {
  const kept = versions.filter((each) => !each.deleted);
  const deleted = versions.filter((each) => each.deleted);
  const [renaming, setRenaming] = useState<string | null>(null);
  return (
    <>
      <KeepForm
        proposal={`Version ${versions.filter((each) => each.kind === "named").length + 1}`}
        onKeep={acts.save}
        readOnly={readOnly}
      />
      <hr className="hr" />
      <ul className="version-list" aria-label="Versions">
        <li>
          <button type="button" className="list-button" aria-current={shown.kind === "present"} onClick={onPresent}>
            <b>The present design</b>
            <small>saved as you work</small>
            <small>{counts(present)}</small>
          </button>
        </li>
        {kept.map((version) => (
          <li key={version.id}>
            {renaming === version.id ? (
              <Renaming
                name={version.name}
                onDone={(name) => {
                  setRenaming(null);
                  if (name !== null && name !== version.name) acts.rename(version.id, name);
                }}
              />
            ) : (
              <button
                type="button"
                className="list-button"
                aria-current={shown.kind === "version" && shown.id === version.id}
                onClick={() => acts.open(version.id)}
              >
                <b>{version.name}</b>
                <small>
                  {timeOf(version.createdAtMs)}
                  {version.kind === "snapshot" && " · kept by itself"}
                </small>
                <small>{counts(version)}</small>
              </button>
            )}
            <Menu position="bottom-end" width={220}>
              <Menu.Target>
                <ActionIcon aria-label={`More about ${version.name}`}>⋯</ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => acts.compare(version.id)}>What changed since</Menu.Item>
                <Menu.Item disabled={readOnly} onClick={() => acts.restore(version)}>
                  Restore
                </Menu.Item>
                <Menu.Item disabled={readOnly} onClick={() => acts.copy(version.id)}>
                  Make a new org of it
                </Menu.Item>
                <Menu.Item disabled={readOnly} onClick={() => setRenaming(version.id)}>
                  Rename
                </Menu.Item>
                <Menu.Divider />
                <Menu.Item disabled={readOnly} onClick={() => acts.setDeleted(version, true)}>
                  Delete
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </li>
        ))}
      </ul>
      {kept.length === 0 && (
        <p className="faint">No versions yet. The design is saved as you work; keep a version to be able to come back to it.</p>
      )}
      {deleted.length > 0 && (
        <details>
          <summary className="muted">Deleted ({deleted.length})</summary>
          <ul className="version-list">
            {deleted.map((version) => (
              <li key={version.id} className="gone">
                <span>
                  {version.name} <span className="faint">{timeOf(version.createdAtMs)}</span>
                </span>
                <Button
                  variant="subtle"
                  disabled={readOnly}
                  onClick={() => acts.setDeleted(version, false)}
                  aria-label={`Take back ${version.name}`}
                >
                  Take back
                </Button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function counts({ agents, handoffs }: { agents: number; handoffs: number }): string {
  return `${plural(agents, "agent")}, ${plural(handoffs, "handoff")}`;
}

function KeepForm({ proposal, onKeep, readOnly }: { proposal: string; onKeep(name: string): Promise<boolean>; readOnly: boolean }) {
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const keep = async () => {
    setBusy(true);
    const kept = await onKeep(name.trim() || proposal);
    setBusy(false);
    if (kept) setName("");
  };
  return (
    <form
      className="version-keep"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <TextInput
        label="Keep the present design as"
        placeholder={proposal}
        value={name}
        maxLength={NAME}
        disabled={readOnly}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" disabled={readOnly || busy}>
        Keep
      </Button>
    </form>
  );
}

/** A menu that closes gives focus back to its button, ten milliseconds later; the field takes it after that. */
const AFTER_MENU_MS = 60;

function Renaming({ name, onDone }: { name: string; onDone(name: string | null): void }) {
  const [text, setText] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => field.current?.select(), AFTER_MENU_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <TextInput
      aria-label={`New name of ${name}`}
      value={text}
      maxLength={NAME}
      ref={field}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => onDone(text.trim() || null)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.stopPropagation();
        onDone(event.key === "Enter" ? text.trim() || null : null);
      }}
    />
  );
}
