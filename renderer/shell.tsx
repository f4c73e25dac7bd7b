/** Owns the frame around the four places: rail, top bar, toasts, the state of the line. */
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { DesignPlace } from "#renderer/design/design-place.tsx";
import { DriftPlace } from "#renderer/drift/drift-place.tsx";
import { ExperimentPlace } from "#renderer/experiment/experiment-place.tsx";
import { SettingsPlace } from "#renderer/settings/settings-place.tsx";
import type { Place } from "#renderer/state/app.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { CloseIcon, DesignIcon, DriftIcon, ExperimentIcon, Logo, SettingsIcon } from "#renderer/ui/icons.tsx";

const PLACES: { id: Place; name: string; icon: ReactNode }[] = [
  { id: "design", name: "Design", icon: DesignIcon },
  { id: "experiment", name: "Experiment", icon: ExperimentIcon },
  { id: "drift", name: "Drift", icon: DriftIcon },
  { id: "settings", name: "Settings", icon: SettingsIcon },
];

export function Shell() {
  const app = useApp();
  const place = useAppState((state) => state.place);
  const loaded = useAppState((state) => state.loaded);
  const readOnly = useAppState((state) => state.info?.readOnlyReason ?? null);
  const line = useStore(app.lab.state, (state) => state.line);
  return (
    <div className="shell">
      <header className="topbar">
        <div className="logo">
          <Logo />
        </div>
        <div id="topbar-slot" style={{ display: "contents" }} />
      </header>
      <nav className="rail" aria-label="Places">
        {PLACES.map((each) => (
          <RailButton key={each.id} {...each} current={place === each.id} />
        ))}
      </nav>
      <main className="place">
        {line === "lost" && (
          <div className="banner" role="status">
            The connection to Driftlab was lost. Trying again; your edits are kept.
          </div>
        )}
        {line === "open" && readOnly && (
          <div className="banner" role="status">
            {readOnly}
          </div>
        )}
        {!loaded ? (
          <div className="empty">
            <div role="status">Opening…</div>
          </div>
        ) : place === "design" ? (
          <DesignPlace />
        ) : place === "experiment" ? (
          <ExperimentPlace />
        ) : place === "drift" ? (
          <DriftPlace />
        ) : (
          <SettingsPlace />
        )}
      </main>
      <Toasts />
    </div>
  );
}

function RailButton({ id, name, icon, current }: { id: Place; name: string; icon: ReactNode; current: boolean }) {
  const app = useApp();
  return (
    <button type="button" aria-current={current ? "page" : undefined} onClick={() => app.go(id)}>
      {icon}
      {name}
    </button>
  );
}

function Toasts() {
  const app = useApp();
  const toasts = useAppState((state) => state.toasts);
  return (
    <div className="toasts" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast ${toast.kind}`} role={toast.kind === "error" ? "alert" : "status"}>
          <span>{toast.text}</span>
          <button type="button" aria-label="Dismiss" onClick={() => app.dismiss(toast.id)}>
            {CloseIcon}
          </button>
        </div>
      ))}
    </div>
  );
}
