/** Owns the real clock, dice and sleep that hosts hand to the lab. */
import { setTimeout as sleepFor } from "node:timers/promises";
import type { RetryPorts } from "#main/models/retry.ts";

export const NODE_PORTS: RetryPorts = {
  dice: () => Math.random(),
  sleep: (ms, signal) => sleepFor(ms, undefined, { signal }),
  nowMs: () => Date.now(),
};
