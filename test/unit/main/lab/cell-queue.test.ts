/** Proves the one queue: lanes with a width, everybody's turn in turn, dropping, errors. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellQueue, type Job } from "#main/lab/cell-queue.ts";
import { settled } from "#test/support/fake-clock.ts";
import { seeded } from "#test/support/seeded.ts";

/** Jobs that end when they are told to, and say when they begin. */
class Jobs {
  readonly begun: string[] = [];
  readonly ends = new Map<string, (error?: Error) => void>();

  make(name: string): Job {
    return () => {
      this.begun.push(name);
      return new Promise<void>((resolve, reject) => {
        this.ends.set(name, (error) => (error ? reject(error) : resolve()));
      });
    };
  }

  many(group: string, count: number): Job[] {
    return Array.from({ length: count }, (_, index) => this.make(`${group}${index + 1}`));
  }

  async end(name: string, error?: Error): Promise<void> {
    this.ends.get(name)?.(error);
    await settled();
  }
}

function laneOf(width: number): { queue: CellQueue; jobs: Jobs } {
  const queue = new CellQueue();
  queue.setWidth("lane", () => width);
  return { queue, jobs: new Jobs() };
}

describe("cell queue", () => {
  it("C begins no more jobs of a lane at once than its width, and the next when one has ended", async () => {
    const { queue, jobs } = laneOf(2);
    const done = queue.run("lane", "a", jobs.many("a", 3));
    expect(jobs.begun).toEqual(["a1", "a2"]);
    expect(queue.size).toEqual({ active: 2, waiting: 1 });
    await jobs.end("a2");
    expect(jobs.begun).toEqual(["a1", "a2", "a3"]);
    await jobs.end("a1");
    await jobs.end("a3");
    await done;
    expect(queue.size).toEqual({ active: 0, waiting: 0 });
  });

  it("C a small group comes after one more job of each that was there before it, not after all of them", async () => {
    const { queue, jobs } = laneOf(1);
    void queue.run("lane", "big", jobs.many("big", 1_000));
    void queue.run("lane", "small", jobs.many("small", 2));
    void queue.run("lane", "late", jobs.many("late", 1));
    for (const name of ["big1", "big2", "small1", "late1", "big3", "small2"]) await jobs.end(name);
    expect(jobs.begun).toEqual(["big1", "big2", "small1", "late1", "big3", "small2", "big4"]);
  });

  it("C lanes do not wait for each other", () => {
    const { queue, jobs } = laneOf(1);
    queue.setWidth("other", () => 1);
    void queue.run("lane", "a", jobs.many("a", 2));
    void queue.run("other", "b", jobs.many("b", 2));
    expect(jobs.begun).toEqual(["a1", "b1"]);
  });

  it("C a lane that has grown begins more when it is woken; one that has shrunk ends what it has first", async () => {
    let width = 1;
    const queue = new CellQueue();
    const jobs = new Jobs();
    queue.setWidth("lane", () => width);
    void queue.run("lane", "a", jobs.many("a", 5));
    width = 3;
    expect(jobs.begun).toHaveLength(1);
    queue.wake();
    expect(jobs.begun).toHaveLength(3);
    width = 1;
    await jobs.end("a1");
    await jobs.end("a2");
    expect(jobs.begun).toHaveLength(3);
    await jobs.end("a3");
    expect(jobs.begun).toHaveLength(4);
  });

  it("C a width below one lets one through, so that nothing waits for ever", () => {
    const { queue, jobs } = laneOf(0);
    void queue.run("lane", "a", jobs.many("a", 2));
    expect(jobs.begun).toEqual(["a1"]);
  });

  it("C dropping takes what has not begun, and the group ends when what has begun has ended", async () => {
    const { queue, jobs } = laneOf(1);
    let ended = false;
    const done = queue.run("lane", "a", jobs.many("a", 3)).then(() => (ended = true));
    queue.drop("a");
    await settled();
    expect(ended).toBe(false);
    await jobs.end("a1");
    await done;
    expect(jobs.begun).toEqual(["a1"]);
  });

  it("C a dropped group of which nothing has begun ends at once, and its name is free again", async () => {
    const { queue, jobs } = laneOf(1);
    void queue.run("lane", "first", jobs.many("first", 1));
    const done = queue.run("lane", "a", jobs.many("a", 2));
    queue.drop("a");
    await done;
    const again = queue.run("lane", "a", [async () => undefined]);
    await jobs.end("first1");
    await again;
    expect(jobs.begun).toEqual(["first1"]);
  });

  it("C an error drops the rest of its group alone, and is told when those under way have ended", async () => {
    const { queue, jobs } = laneOf(2);
    let told: unknown = null;
    const broken = queue.run("lane", "a", jobs.many("a", 4)).catch((error: unknown) => (told = error));
    const other = queue.run("lane", "b", jobs.many("b", 1));
    await jobs.end("a1", new Error("the disk is full"));
    expect(jobs.begun).toEqual(["a1", "a2", "b1"]);
    expect(told).toBeNull();
    await jobs.end("a2");
    await broken;
    expect(told).toEqual(new Error("the disk is full"));
    await jobs.end("b1");
    await other;
    expect(jobs.begun).not.toContain("a3");
  });

  it("C a group without jobs ends at once; one of the same name beside it is a bug and throws", async () => {
    const { queue, jobs } = laneOf(1);
    await queue.run("lane", "none", []);
    void queue.run("lane", "a", jobs.many("a", 1));
    expect(() => queue.run("lane", "a", [])).toThrow("a is in the queue already");
  });

  it("C whatever groups there are and however long their jobs take, each runs once, and never too many at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        async (sizes, width, seed) => {
          const queue = new CellQueue();
          queue.setWidth("lane", () => width);
          const dice = seeded(seed);
          const ran: string[] = [];
          let active = 0;
          let most = 0;
          const job = (name: string) => async () => {
            active += 1;
            most = Math.max(most, active);
            for (let left = Math.floor(dice() * 3); left > 0; left -= 1) await settled();
            active -= 1;
            ran.push(name);
          };
          const names = sizes.map((size, group) => Array.from({ length: size }, (_, index) => `${group}/${index}`));
          await Promise.all(names.map((each, group) => queue.run("lane", `group ${group}`, each.map(job))));
          expect(ran.sort()).toEqual(names.flat().sort());
          expect(most).toBeLessThanOrEqual(width);
          expect(queue.size).toEqual({ active: 0, waiting: 0 });
        },
      ),
      { seed: 20_261_151, numRuns: 60 },
    );
  });
});
