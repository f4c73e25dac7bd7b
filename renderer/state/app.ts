/** Owns what the app as a whole remembers: the place, the open org and experiment, lists from the lab, toasts. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { OrgSource } from "#shared/rpc/contract.ts";
import type { AppInfo, ExperimentSummary, OrgSummary, PresetInfo, SuiteInfo } from "#shared/rpc/types.ts";
import { type LabLink, sentenceOf } from "#renderer/lab/lab.ts";
import { Draft } from "#renderer/state/draft.ts";

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
  /** Whether the form of a new experiment is open, and for which orgs. */
  making: { orgs: string[] } | null;
  /** The compatible server that was used last. */
  ownServer: { baseUrl: string; model: string };
  toasts: Toast[];
  loaded: boolean;
}

/** Remembered between starts on this machine: where one was, nothing of what one did. */
const REMEMBERED = "driftlab.where";

interface Where {
  place?: Place;
  orgId?: string;
  experimentId?: string;
  ownServer?: { baseUrl: string; model: string };
}

export class App {
  readonly lab: LabLink;
  readonly store: StoreApi<AppState>;
  #nextToast = 1;
  /** What was remembered when the page opened: known at once, so that nothing that is pressed meanwhile is undone by it. */
  #before: Where = readWhere();

  constructor(lab: LabLink) {
    this.lab = lab;
    this.store = createStore<AppState>(() => ({
      place: this.#before.place ?? "design",
      info: null,
      orgs: [],
      presets: [],
      suites: [],
      experiments: [],
      draft: null,
      experimentId: null,
      making: null,
      ownServer: this.#before.ownServer ?? { baseUrl: "http://localhost:11434", model: "" },
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

  /** Opens the form of a new experiment, with these orgs chosen. */
  newExperiment(orgs: string[]): void {
    this.store.setState({ making: { orgs }, place: "experiment" });
    this.#remember();
  }

  doneMaking(): void {
    this.store.setState({ making: null });
  }

  rememberServer(ownServer: { baseUrl: string; model: string }): void {
    this.store.setState({ ownServer });
    this.#remember();
  }

  async loadOrgs(): Promise<void> {
    this.store.setState({ orgs: await this.lab.call((client) => client.orgs.list()) });
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
