/** Owns what a run is given and how it can end. */
import type { EndReason, RunStatus } from "#shared/run/events.ts";
import type { CallFailure } from "#shared/run/messages.ts";
import type { Org } from "#shared/org/schema.ts";
import type { MessageChange } from "#main/engine/mailbox.ts";
import type { RunMode } from "#main/engine/mode.ts";
import type { Clock, Emit, ModelPort, Prices, RunRecord, Together } from "#main/engine/ports.ts";

export interface RunInput {
  org: Org;
  brief: string;
  /** Names the cell in call identities. */
  cell: string;
  mode: RunMode;
  /** Whether the connection takes a temperature. */
  takesTemperature: boolean;
  /** Whether the connection has a prompt cache that is worth marking prefixes for. */
  caches?: boolean;
  /** The window of a model in tokens; without it none is known and memory grows until the API refuses. */
  contextTokens?(model: string): number;
  /** Messages that are changed just before they are delivered, by handoff id (branches). */
  changes?: ReadonlyMap<string, MessageChange>;
}

export interface RunPorts {
  model: ModelPort;
  clock: Clock;
  emit: Emit;
  /** Without it events are stored one by one. */
  together?: Together;
  signal: AbortSignal;
  prices?: Prices;
  /** What the run wrote down before; it is played first. */
  record?: RunRecord;
}

export type RunResult =
  | { outcome: "done"; status: RunStatus; reason: EndReason; deliverable: string | null }
  | { outcome: "failed"; failure: CallFailure }
  | { outcome: "stopped" };
