/** Owns the lab: the one service layer behind every host, with what lives as long as the app does. */
import type { KeyStatus } from "#shared/rpc/app-types.ts";
import type { RetryPorts } from "#main/models/retry.ts";
import type { Secrets } from "#main/models/connection.ts";
import type { Caps } from "#main/lab/budget.ts";
import { DraftRoom } from "#main/lab/draft-room.ts";
import { presets } from "#main/lab/library.ts";
import { type PricesInUse, readPrices } from "#main/lab/prices-file.ts";
import { Runner, type RunnerParts } from "#main/lab/runner.ts";
import { Signal } from "#main/lab/signal.ts";
import { keepSnapshot } from "#main/lab/snapshot.ts";
import { boundKey } from "#main/models/server-key.ts";
import type { Store } from "#main/store/store.ts";

export interface LabOptions {
  store: Store;
  host: "electron" | "browser" | "test";
  appVersion: string;
  /** Folder of `prices.json`; null: the built-in prices. */
  folder: string | null;
  readOnlyReason?: string | null;
  ports: RetryPorts;
  /** The environment's key; read once at the start. */
  anthropicKey: string | null;
  /** A compatible server's own key. */
  serverKey?: string | null;
  newId(): string;
  runnerParts?: Partial<RunnerParts>;
}

export class Lab {
  readonly options: LabOptions;
  readonly store: Store;
  readonly drafts: DraftRoom;
  readonly runner: Runner;
  readonly secrets: Secrets;
  #environmentKey: string | null;
  #typedKey: string | null = null;
  #signals = new Map<string, Signal>();

  constructor(options: LabOptions) {
    this.options = options;
    this.store = options.store;
    this.#environmentKey = options.anthropicKey;
    this.drafts = new DraftRoom(options.store.orgs, options.ports.nowMs, (orgId, design) => {
      const snapshot = { id: `version_${options.newId()}`, orgId, name: "Before everything was removed", design };
      keepSnapshot(options.store.orgs, snapshot, this.nowMs());
    });
    this.secrets = { anthropicKey: () => this.#typedKey ?? this.#environmentKey, ...boundKey(options.serverKey ?? null) };
    this.runner = new Runner({
      store: options.store,
      secrets: this.secrets,
      prices: () => this.prices().table,
      ports: options.ports,
      ...options.runnerParts,
    });
    this.#firstStart();
  }

  /** Held in memory only; an empty text forgets it. */
  typeKey(key: string): void {
    this.#typedKey = key.trim() === "" ? null : key.trim();
  }

  keyStatus(): KeyStatus {
    if (this.#typedKey !== null) return "typed";
    return this.#environmentKey === null ? "none" : "environment";
  }

  prices(): PricesInUse {
    return readPrices(this.options.folder);
  }

  /** Changes of one experiment, for those who watch it. */
  signalOf(experimentId: string): Signal {
    let signal = this.#signals.get(experimentId);
    if (!signal) {
      signal = new Signal();
      this.#signals.set(experimentId, signal);
    }
    return signal;
  }

  /** Starts or goes on with an experiment in the background; without caps those that it had last hold on. */
  run(experimentId: string, caps: Caps | null): void {
    const signal = this.signalOf(experimentId);
    if (caps) this.store.experiments.setCaps(experimentId, caps);
    const held = this.store.experiments.caps(experimentId);
    void this.runner.start(experimentId, { caps: held, onChange: () => signal.notify() });
    signal.notify();
  }

  nowMs(): number {
    return this.options.ports.nowMs();
  }

  /** Stops what runs and closes the store. */
  async close(): Promise<void> {
    await this.runner.stopAll();
    this.store.close();
  }

  /** A new store gets the sample org, so that the first screen has something to run. */
  #firstStart(): void {
    if (this.store.readOnly || this.store.orgs.list().length > 0 || this.store.experiments.list().length > 0) return;
    const sample = presets().find((each) => each.name === "chain-3");
    if (sample) this.store.orgs.create(`org_${this.options.newId()}`, sample.org, this.nowMs());
  }
}
