/** Owns how components have commands done: by id, through the one list that the shell holds. */
import { createContext, useContext } from "react";
import type { CommandId } from "#shared/ui/commands.ts";

export interface CommandRunner {
  /** Does a command, if it can be done now; false where it cannot. */
  run(id: CommandId): boolean;
  /** Whether it can be done now. */
  can(id: CommandId): boolean;
  /** Its usual keys for people, e.g. "Ctrl+G"; empty where it has none. */
  keysOf(id: CommandId): string;
}

export const CommandContext = createContext<CommandRunner>({ run: () => false, can: () => false, keysOf: () => "" });

export function useCommands(): CommandRunner {
  return useContext(CommandContext);
}
