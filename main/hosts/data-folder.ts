/** Owns where a person's data lives: one folder for all hosts. */
import { join } from "node:path";
import envPaths from "env-paths";

/** The per-user data folder; DRIFTLAB_DATA overrides it. */
export function dataFolder(): string {
  return process.env.DRIFTLAB_DATA ?? envPaths("Driftlab", { suffix: "" }).data;
}

/** The database where no other file is named. */
export function defaultDatabase(): string {
  return join(dataFolder(), "driftlab.db");
}
