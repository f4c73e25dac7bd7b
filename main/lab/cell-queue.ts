/** Owns the one queue in which the cells of all experiments wait: a lane per connection, and in a lane everybody's turn in turn. */

export type Job = () => Promise<void>;

interface Group {
  jobs: Job[];
  active: number;
  /** The first error of a job; it ends the group. */
  broken: { error: unknown } | null;
  settle(): void;
}

interface Lane {
  /** How many jobs go on at once. */
  width(): number;
  active: number;
  /** In the order of their next turn. */
  groups: Map<string, Group>;
}

export class CellQueue {
  #lanes = new Map<string, Lane>();

  /** How many jobs of a lane go on at once; asked before each is started. */
  setWidth(lane: string, width: () => number): void {
    this.#lane(lane).width = width;
  }

  /** Jobs under way and waiting, over all lanes. */
  get size(): { active: number; waiting: number } {
    let active = 0;
    let waiting = 0;
    for (const lane of this.#lanes.values()) {
      active += lane.active;
      for (const group of lane.groups.values()) waiting += group.jobs.length;
    }
    return { active, waiting };
  }

  /**
   * Runs a group's jobs among those of the others; resolves when the last has ended, or when those under way have ended after
   * `drop`. An error of a job drops the rest, and rejects when those under way have ended.
   */
  run(laneName: string, groupName: string, jobs: readonly Job[]): Promise<void> {
    const lane = this.#lane(laneName);
    if (lane.groups.has(groupName)) throw new Error(`${groupName} is in the queue already`);
    return new Promise((resolve, reject) => {
      const group: Group = {
        jobs: [...jobs],
        active: 0,
        broken: null,
        settle: () => {
          if (group.active > 0 || group.jobs.length > 0) return;
          lane.groups.delete(groupName);
          if (group.broken) reject(group.broken.error);
          else resolve();
        },
      };
      lane.groups.set(groupName, group);
      this.#pump(lane);
      group.settle();
    });
  }

  /** Takes what has not begun of a group out of the queue. */
  drop(groupName: string): void {
    for (const lane of this.#lanes.values()) {
      const group = lane.groups.get(groupName);
      if (!group) continue;
      group.jobs = [];
      group.settle();
    }
  }

  /** Looks again whether there is room: after a lane's width has grown. */
  wake(): void {
    for (const lane of this.#lanes.values()) this.#pump(lane);
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = { width: () => 8, active: 0, groups: new Map() };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #pump(lane: Lane): void {
    while (lane.active < Math.max(1, lane.width())) {
      const next = [...lane.groups].find(([, group]) => group.jobs.length > 0);
      if (!next) return;
      const [name, group] = next;
      // To the end of the line: one of thousands of cells must not keep a small experiment waiting.
      lane.groups.delete(name);
      lane.groups.set(name, group);
      this.#start(lane, group, group.jobs.shift() as Job);
    }
  }

  #start(lane: Lane, group: Group, job: Job): void {
    lane.active += 1;
    group.active += 1;
    void this.#see(lane, group, job);
  }

  async #see(lane: Lane, group: Group, job: Job): Promise<void> {
    try {
      await job();
    } catch (error) {
      group.broken ??= { error };
      group.jobs = [];
    }
    lane.active -= 1;
    group.active -= 1;
    this.#pump(lane);
    group.settle();
  }
}
