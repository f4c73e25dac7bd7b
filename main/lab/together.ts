/** Owns storing several events of a run in one go and telling of them only once they are stored. */

export class StoredTogether {
  #store: (emits: () => void) => void;
  /** Who is to be told what, once it is stored; null while events are stored one by one. */
  #waiting: (() => void)[] | null = null;

  /** @param store does what it is handed in one transaction */
  constructor(store: (emits: () => void) => void) {
    this.#store = store;
  }

  /** Stores what `emits` emits; where it throws nothing is stored and nobody is told. */
  run(emits: () => void): void {
    if (this.#waiting) {
      emits();
      return;
    }
    const waiting: (() => void)[] = [];
    this.#waiting = waiting;
    try {
      this.#store(emits);
    } finally {
      this.#waiting = null;
    }
    for (const tell of waiting) tell();
  }

  /** Tells of an event that has been emitted: now, or once what is emitted with it is stored. */
  tell(then: () => void): void {
    if (this.#waiting) this.#waiting.push(then);
    else then();
  }
}
