/** Owns exit codes and the one clear line that goes with bad input. */

export const EXIT = { done: 0, failed: 1, badInput: 2, stopped: 130 } as const;

/** Bad input: one line for a person, exit code 2. */
export class BadInput extends Error {
  constructor(message: string) {
    super(message.replace(/\s+/g, " ").trim());
    this.name = "BadInput";
  }
}
