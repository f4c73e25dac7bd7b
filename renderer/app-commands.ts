/** Owns the list of commands as they are done: each entry of the one list with its deed, on the open design or on the app. */
import { COMMAND_SPECS, type CommandId } from "#shared/ui/commands.ts";
import { DESIGN_DOINGS } from "#renderer/design/design-commands.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { DESIGN_VIEWS } from "#renderer/design/views.ts";
import type { App } from "#renderer/state/app.ts";
import type { Command } from "#renderer/ui/commands/registry.ts";

/** What commands work on now. */
export interface CommandScope {
  app: App;
  /** The open design; null in other places. */
  desk: DesignDesk | null;
  openPalette(): void;
  openKeys(): void;
}

type Doing = Pick<Command<CommandScope>, "when" | "run">;

/** The edge that is open in Drift; null in other places. */
function openEdge(app: App): string | null {
  const { place, experimentId, driftViews } = app.store.getState();
  return place === "drift" && experimentId !== null ? (driftViews[experimentId]?.edge ?? null) : null;
}

const APP_DOINGS: Readonly<Partial<Record<CommandId, Doing>>> = {
  "go-design": { run: ({ app }) => app.go("design") },
  "go-experiment": { run: ({ app }) => app.go("experiment") },
  "go-drift": { run: ({ app }) => app.go("drift") },
  "go-settings": { run: ({ app }) => app.go("settings") },
  run: {
    when: ({ app, desk }) => desk !== null && app.store.getState().draft !== null,
    run: ({ app, desk }) => app.newExperiment(desk ? [desk.draft.store.getState().orgId] : []),
  },
  palette: { run: ({ openPalette }) => openPalette() },
  keys: { run: ({ openKeys }) => openKeys() },
};

/** What can be done while the design is looked at in another way than on the canvas: a table's keys are its own. */
const OFF_CANVAS: ReadonlySet<string> = new Set(["undo", "redo", ...DESIGN_VIEWS.map((view) => `show-${view}`)]);

function onDesign(id: CommandId): Doing | null {
  const doing = DESIGN_DOINGS[id];
  if (!doing) return null;
  return {
    when: ({ desk }) => desk !== null && (desk.store.getState().shows === "canvas" || OFF_CANVAS.has(id)) && doing.when(desk),
    run: ({ desk }) => {
      if (desk) doing.run(desk);
    },
  };
}

/** Selecting nothing closes the edge that is open in Drift. */
function onDrift(id: CommandId): Doing | null {
  const onCanvas = onDesign(id);
  if (id !== "select-none" || !onCanvas) return null;
  return {
    when: (scope) => openEdge(scope.app) !== null || onCanvas.when?.(scope) !== false,
    run: (scope) => (openEdge(scope.app) === null ? onCanvas.run(scope) : scope.app.lookAtDrift({ edge: null })),
  };
}

/** Every command of the one list that something does. */
export const APP_COMMANDS: readonly Command<CommandScope>[] = COMMAND_SPECS.flatMap((spec) => {
  const doing = APP_DOINGS[spec.id] ?? onDrift(spec.id) ?? onDesign(spec.id);
  return doing ? [{ ...spec, ...doing }] : [];
});
