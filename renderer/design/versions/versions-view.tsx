/** Owns versions of a design: the list, one of them read-only, two of them compared on the canvas and in words. */
import { Button, Modal, Select } from "@mantine/core";
import { useCallback, useEffect, useMemo, useState } from "react";
import { diffOrgs } from "#shared/org/diff.ts";
import type { Org } from "#shared/org/schema.ts";
import type { VersionSummary } from "#shared/rpc/org-types.ts";
import { ReadCanvas } from "#renderer/canvas/read-canvas.tsx";
import { type DesignKey, designOffers, keyText, PRESENT, sourceOf, useDesign } from "#renderer/design/versions/designs.ts";
import { diffDrawing, MARK_COLOURS, type Mark, plainDrawing, SIGNS } from "#renderer/design/versions/diff-drawing-view-model.ts";
import { DesignText } from "#renderer/design/versions/design-text.tsx";
import { DiffText } from "#renderer/design/versions/diff-text.tsx";
import { isEmpty, restore, saveVersion } from "#renderer/design/versions/restore.ts";
import { VersionList } from "#renderer/design/versions/version-list.tsx";
import { useApp, useAppState } from "#renderer/state/context.ts";
import type { Draft } from "#renderer/state/draft.ts";
import { SwapIcon } from "#renderer/design/versions/swap-icon.tsx";
import "#renderer/design/versions/versions.css";

/** The choice that compares with nothing. */
const NOTHING = "nothing";

interface Looking {
  shown: DesignKey;
  /** What it is compared with; null shows one design alone. */
  against: DesignKey | null;
}

export function VersionsView({ draft, org, readOnly }: { draft: Draft; org: Org; readOnly: boolean }) {
  const app = useApp();
  const { orgId } = draft.store.getState();
  const orgs = useAppState((state) => state.orgs);
  const experiments = useAppState((state) => state.experiments);
  const [versions, setVersions] = useState<VersionSummary[]>([]);
  const [{ shown, against }, look] = useState<Looking>({ shown: PRESENT, against: null });
  const [asking, setAsking] = useState<{ design: Org; name: string } | null>(null);
  const load = useCallback(async () => {
    const list = await app.attempt(() => app.lab.call((client) => client.orgs.versions.list({ orgId })));
    if (list) setVersions(list);
  }, [app, orgId]);
  useEffect(() => {
    void load();
    void app.attempt(() => Promise.all([app.loadOrgs(), app.loadExperiments()]));
  }, [app, load]);

  const after = useDesign(shown, org);
  const before = useDesign(against, org);
  const diff = useMemo(() => (before && after && against ? diffOrgs(before, after) : null), [before, after, against]);
  const drawing = useMemo(() => {
    // Drawn once, when both are there: what is drawn at first is what is fitted.
    if (!after || (against && !before)) return null;
    return diff && before ? diffDrawing(before, after, diff) : plainDrawing(after);
  }, [after, against, before, diff]);
  const offers = designOffers(
    orgId,
    versions.filter((each) => !each.deleted || sameKey(shown, each.id) || sameKey(against, each.id)),
    orgs,
    experiments,
  );
  const data = offers.map(({ group, offers: list }) => ({ group, items: list.map(({ key, label }) => ({ value: keyText(key), label })) }));
  const labelOf = (key: DesignKey) =>
    offers.flatMap((each) => each.offers).find((each) => keyText(each.key) === keyText(key))?.label ?? "design";
  const nameOf = (key: DesignKey) =>
    (key.kind === "version" ? versions.find((each) => each.id === key.id)?.name : undefined) ?? labelOf(key);

  const change = (run: () => Promise<unknown>) =>
    void app.attempt(async () => {
      await run();
      await load();
    });
  const bringBack = async (design: Org, name: string) => {
    if (!(await restore(app, draft, design, name))) return;
    look({ shown: PRESENT, against: null });
    await load();
  };
  /** An empty design takes the place of a full one only where a person says so. */
  const ask = (design: Org, name: string) => {
    if (isEmpty(design) && !isEmpty(org)) setAsking({ design, name });
    else void bringBack(design, name);
  };
  const setDeleted = (version: VersionSummary, deleted: boolean): void =>
    change(async () => {
      await app.lab.call((client) => client.orgs.versions.delete({ id: version.id, deleted }));
      if (deleted) app.toast("info", `“${version.name}” was deleted.`, { name: "Take it back", run: () => setDeleted(version, false) });
    });

  return (
    <div className="versions">
      <aside className="side left" aria-label="Versions of this org">
        <div className="pad">
          <VersionList
            versions={versions}
            shown={shown}
            present={{ agents: org.agents.length, handoffs: org.handoffs.length }}
            onPresent={() => look({ shown: PRESENT, against: null })}
            readOnly={readOnly}
            acts={{
              save: async (name) => {
                const kept = await saveVersion(app, draft, name, "named");
                if (kept) app.toast("info", `“${name}” was kept.`);
                await load();
                return kept;
              },
              open: (id) => look({ shown: { kind: "version", id }, against: null }),
              compare: (id) => look({ shown: PRESENT, against: { kind: "version", id } }),
              rename: (id, name) => change(() => app.lab.call((client) => client.orgs.versions.rename({ id, name }))),
              restore: (version) =>
                void app.attempt(async () => {
                  const { org: design } = await app.lab.call((client) => client.orgs.versions.get({ id: version.id }));
                  ask(design, version.name);
                }),
              copy: (id) => void app.createOrg({ version: id }),
              setDeleted,
            }}
          />
        </div>
      </aside>
      <section className="versions-stage" aria-label="The design, read-only">
        <div className="versions-tools">
          <Select
            aria-label="Design to show"
            data={data}
            value={keyText(shown)}
            allowDeselect={false}
            searchable
            onChange={(value) => value && look({ shown: JSON.parse(value) as DesignKey, against })}
          />
          <span className="muted">compared with</span>
          <Select
            aria-label="Design to compare with"
            data={[{ value: NOTHING, label: "nothing" }, ...data]}
            value={against ? keyText(against) : NOTHING}
            allowDeselect={false}
            searchable
            onChange={(value) => value && look({ shown, against: value === NOTHING ? null : (JSON.parse(value) as DesignKey) })}
          />
          <Button
            variant="default"
            disabled={!against}
            aria-label="Swap the two designs"
            title="Swap the two designs"
            onClick={() => against && look({ shown: against, against: shown })}
          >
            {SwapIcon}
          </Button>
        </div>
        <div className="versions-canvas">
          {drawing ? (
            <ReadCanvas designKey={`${keyText(shown)}/${against ? keyText(against) : ""}`} nodes={drawing.nodes} edges={drawing.edges} />
          ) : (
            <div className="empty">
              <div role="status">Opening…</div>
            </div>
          )}
          {diff && <Legend />}
        </div>
      </section>
      <aside className="side right" aria-label={diff ? "Differences" : "The design in words"}>
        <div className="pad">
          <div className="versions-acts">
            {(shown.kind === "version" || shown.kind === "arm") && (
              <Button disabled={readOnly || !after} onClick={() => after && ask(after, nameOf(shown))}>
                Restore
              </Button>
            )}
            <Button variant="default" disabled={readOnly || !after} onClick={() => void app.createOrg(sourceOf(shown, orgId))}>
              Make a new org of it
            </Button>
          </div>
          {diff && before && after && against ? (
            <>
              <h2 className="panel-title">
                From {nameOf(against)} to {nameOf(shown)}
              </h2>
              <DiffText before={before} after={after} diff={diff} />
            </>
          ) : (
            after && (
              <>
                <h2 className="panel-title">{nameOf(shown)}</h2>
                <DesignText org={after} />
              </>
            )
          )}
        </div>
      </aside>
      <Modal opened={asking !== null} onClose={() => setAsking(null)} title={`“${asking?.name}” is empty`} centered>
        <p>
          It has no agents. The present design with {org.agents.length} agents is kept as a version before this empty one takes its place.
        </p>
        <div className="versions-ask">
          <Button variant="default" onClick={() => setAsking(null)}>
            Leave it
          </Button>
          <Button
            onClick={() => {
              if (asking) void bringBack(asking.design, asking.name);
              setAsking(null);
            }}
          >
            Restore the empty design
          </Button>
        </div>
      </Modal>
    </div>
  );
}

function sameKey(key: DesignKey | null, versionId: string): boolean {
  return key?.kind === "version" && key.id === versionId;
}

function Legend() {
  return (
    <div className="map-legend versions-legend">
      {(["added", "removed", "changed"] as Mark[]).map((mark) => (
        <span key={mark}>
          <b style={{ color: MARK_COLOURS[mark] }}>{SIGNS[mark]}</b> {mark}
        </span>
      ))}
    </div>
  );
}
