/** Owns what the app as a whole remembers: the place, the open org and experiment, lists from the lab, toasts. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { OrgSource } from "#shared/rpc/contract.ts";
import type { AppInfo } from "#shared/rpc/app-types.ts";
import type { ExperimentSummary } from "#shared/rpc/experiment-types.ts";
import type { OrgSummary, PresetInfo, SuiteInfo } from "#shared/rpc/org-types.ts";
import { type LabLink, sentenceOf } from "#renderer/lab/lab.ts";
import { Draft } from "#renderer/state/draft.ts";
import { changedView, type DriftView, type DriftViews } from "#renderer/state/drift-view.ts";
import { type FormState, initialForm, offered, type Server } from "#renderer/state/experiment-form.ts";
import { formLike } from "#renderer/state/form-like.ts";

export type Place = "design" | "experiment" | "drift" | "settings";

export interface Toast {
  id: number;
  kind: "info" | "error";
  text: string;
  action?: { name: string; run(): void };
}

export interface AppState {
  place: Place;
  info: AppInfo | null;
  orgs: OrgSummary[];
  presets: PresetInfo[];
  suites: SuiteInfo[];
  experiments: ExperimentSummary[];
  draft: Draft | null;
  experimentId: string | null;
  /** Whether the form of a new experiment is open. */
  making: boolean;
  /** What that form holds: kept while the app is open, wherever one goes meanwhile, and the start of the next one. */
  form: FormState;
  /** What in that form is no longer as it was in the experiment it was filled from, as sentences. */
  formNotes: string[];
  /** How one looks at each experiment's drift. */
  driftViews: DriftViews;
  /** The compatible server that was used last. */
  ownServer: Server;
  toasts: Toast[];
  loaded: boolean;
}

/** Remembered between starts on this machine: where one was, nothing of what one did. */
const REMEMBERED = "driftlab.where";

interface Where {
  place?: Place;
  orgId?: string;
  experimentId?: string;
  ownServer?: Server;
}

export class App {
  readonly lab: LabLink;
  readonly store: StoreApi<AppState>;
  #nextToast = 1;
  /** What was remembered when the page opened: known at once, so that nothing that is pressed meanwhile is undone by it. */
  #before: Where = readWhere();

  constructor(lab: LabLink) {
    this.lab = lab;
    const ownServer = this.#before.ownServer ?? { baseUrl: "http://localhost:11434", model: "" };
    this.store = createStore<AppState>(() => ({
      place: this.#before.place ?? "design",
      info: null,
      orgs: [],
      presets: [],
      suites: [],
      experiments: [],
      draft: null,
      experimentId: null,
      making: false,
      form: initialForm(ownServer),
      formNotes: [],
      driftViews: {},
      ownServer,
      toasts: [],
      loaded: false,
    }));
  }

  /** Loads lists and opens what was open last. */
  async start(): Promise<void> {
    const where = this.#before;
    const [info, presets, suites] = await Promise.all([
      this.lab.call((client) => client.app.info()),
      this.lab.call((client) => client.orgs.presets()),
      this.lab.call((client) => client.suites.list()),
    ]);
    this.store.setState({ info, presets, suites });
    this.changeForm({ suiteId: suites[0]?.suite.id ?? "" });
    await Promise.all([this.loadOrgs(), this.loadExperiments()]);
    const { orgs, experiments } = this.store.getState();
    const org = orgs.find((each) => each.id === where.orgId && !each.archived) ?? orgs.find((each) => !each.archived);
    if (org) this.openOrg(org.id);
    const experiment = experiments.find((each) => each.id === where.experimentId) ?? experiments.find((each) => !each.archived);
    this.store.setState({ experimentId: experiment?.id ?? null, loaded: true });
  }

  go(place: Place): void {
    this.store.setState({ place });
    this.#remember();
  }

  openOrg(id: string): void {
    const { draft } = this.store.getState();
    if (draft?.store.getState().orgId === id) return;
    draft?.close();
    this.store.setState({ draft: new Draft(this.lab, id) });
    this.#remember();
  }

  openExperiment(id: string | null): void {
    this.store.setState({ experimentId: id });
    this.#remember();
  }

  /** Opens the form of a new experiment, with these orgs chosen; what else was chosen last stays. */
  newExperiment(orgs: string[]): void {
    this.store.setState({ making: true, place: "experiment", formNotes: [] });
    this.changeForm({ orgs, name: "" });
    this.#remember();
  }

  /** Opens the form of a new experiment, filled with what was chosen for this one. */
  async newExperimentLike(id: string): Promise<void> {
    await this.attempt(async () => {
      const { choices, notes } = await this.lab.call((client) => client.experiments.like({ id }));
      await this.loadOrgs();
      this.newExperiment(choices.orgs);
      this.changeForm(formLike(choices));
      this.store.setState({ formNotes: notes });
    });
  }

  /** Changes the form of a new experiment. */
  changeForm(change: Partial<FormState> | ((before: FormState) => Partial<FormState>)): void {
    this.store.setState(({ form }) => ({ form: { ...form, ...(typeof change === "function" ? change(form) : change) } }));
  }

  /** Changes how one looks at the drift of the experiment that is open. */
  lookAtDrift(change: Partial<DriftView>): void {
    this.store.setState(({ experimentId, driftViews }) =>
      experimentId === null ? {} : { driftViews: changedView(driftViews, experimentId, change) },
    );
  }

  doneMaking(): void {
    this.store.setState({ making: false });
  }

  /** The server that is offered from now on; fields of the form that were not touched follow. */
  rememberServer(ownServer: Server): void {
    const before = this.store.getState().ownServer;
    this.store.setState({ ownServer });
    this.changeForm((form) => offered(form, before, ownServer));
    this.#remember();
  }

  async loadOrgs(): Promise<void> {
    const orgs = await this.lab.call((client) => client.orgs.list());
    this.store.setState({ orgs });
    // What has been archived meanwhile can no longer be run.
    this.changeForm((form) => ({ orgs: form.orgs.filter((id) => orgs.some((each) => each.id === id && !each.archived)) }));
  }

  async loadExperiments(): Promise<void> {
    this.store.setState({ experiments: await this.lab.call((client) => client.experiments.list()) });
  }

  async loadSuites(): Promise<void> {
    this.store.setState({ suites: await this.lab.call((client) => client.suites.list()) });
  }

  async loadInfo(): Promise<void> {
    this.store.setState({ info: await this.lab.call((client) => client.app.info()) });
  }

  /** Makes an org and opens it. */
  async createOrg(from: OrgSource): Promise<void> {
    await this.attempt(async () => {
      const { id } = await this.lab.call((client) => client.orgs.create({ from }));
      await this.loadOrgs();
      this.openOrg(id);
      this.go("design");
    });
  }

  /** Runs something that may fail as expected, and says so. */
  async attempt<T>(run: () => Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      this.toast("error", sentenceOf(error));
      return null;
    }
  }

  toast(kind: Toast["kind"], text: string, action?: Toast["action"]): void {
    const id = this.#nextToast;
    this.#nextToast += 1;
    this.store.setState((state) => ({ toasts: [...state.toasts, { id, kind, text, ...(action ? { action } : {}) }].slice(-2) }));
    setTimeout(() => this.dismiss(id), kind === "error" ? 9_000 : 4_000);
  }

  dismiss(id: number): void {
    this.store.setState((state) => ({ toasts: state.toasts.filter((each) => each.id !== id) }));
  }

  #remember(): void {
    const { place, draft, experimentId, ownServer } = this.store.getState();
    const where: Where = {
      // Before everything is loaded, what was open last is not known to be closed.
      ...this.#before,
      place,
      ownServer,
      ...(draft ? { orgId: draft.store.getState().orgId } : {}),
      ...(experimentId ? { experimentId } : {}),
    };
    try {
      localStorage.setItem(REMEMBERED, JSON.stringify(where));
    } catch {
      // A browser that forbids storage forgets where one was; nothing else is kept there.
    }
  }
}

function readWhere(): Where {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Where;
  } catch {
    return {};
  }
}
