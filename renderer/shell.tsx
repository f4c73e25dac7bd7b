/** Owns the frame around the four places: rail, top bar, toasts, the state of the line. */
import { type ReactNode, useEffect, useState } from "react";
import { useStore } from "zustand";
import { CommandCenter } from "#renderer/command-center.tsx";
import { DesignPlace } from "#renderer/design/design-place.tsx";
import type { DesignDesk } from "#renderer/design/desk.ts";
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
  const [desk, setDesk] = useState<DesignDesk | null>(null);
  return (
    <CommandCenter desk={desk}>
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
          {line === "lost" && <LostBanner />}
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
            <DesignPlace onDesk={setDesk} />
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
    </CommandCenter>
  );
}

/** After this long a lost line is more than a hiccup. */
const LONG_MS = 8_000;

function LostBanner() {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="banner" role="status">
      {long
        ? "Driftlab has ended. Start it again with npm start: this page goes on by itself. Until then it holds your edits; do not close it."
        : "The connection to Driftlab was lost. Trying again; this page holds your edits."}
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
          {toast.action && (
            <button
              type="button"
              className="act"
              onClick={() => {
                toast.action?.run();
                app.dismiss(toast.id);
              }}
            >
              {toast.action.name}
            </button>
          )}
          <button type="button" aria-label="Dismiss" onClick={() => app.dismiss(toast.id)}>
            {CloseIcon}
          </button>
        </div>
      ))}
    </div>
  );
}
