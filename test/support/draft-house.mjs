/** Owns a lab with one draft for tests of the renderer: the real room over a real store in memory. What travels, travels as text. */
import { DraftRoom } from "#main/lab/draft-room.ts";
import { memoryStore } from "#test/support/lab.ts";

const ORG_ID = "org_1";
const overTheLine = (value) => JSON.parse(JSON.stringify(value));

export class House {
  #store = memoryStore();
  #room = new DraftRoom(this.#store.orgs, () => 0);

  constructor(org) {
    this.#store.orgs.create(ORG_ID, org, 0);
  }

  get kept() {
    return this.#store.orgs.get(ORG_ID).draft;
  }

  get revision() {
    return this.#store.orgs.get(ORG_ID).revision;
  }

  /** A line to the room as it is now; after a restart it leads nowhere new. */
  line() {
    const room = this.#room;
    return {
      edit: async ({ editId, ops }) => ({ revision: room.edit(ORG_ID, editId, overTheLine(ops)) }),
      async *watch(since, signal) {
        for await (const update of room.watch(ORG_ID, since, signal)) yield overTheLine(update);
      },
    };
  }

  restart() {
    this.#room = new DraftRoom(this.#store.orgs, () => 0);
  }

  close() {
    this.#store.close();
  }
}
