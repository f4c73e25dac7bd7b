/** Proves the clock of a simulated run: answers come by their latencies, ties by agent id, sleepers first, an abort at once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelRequest } from "#shared/run/messages.ts";
import type { CallOptions, CallResult } from "#main/engine/ports.ts";
import { VirtualTime } from "#main/engine/virtual-time.ts";
import { settled } from "#test/support/fake-clock.ts";
import { seeded } from "#test/support/seeded.ts";

const REQUEST: ModelRequest = { model: "m", max_tokens: 1, system: [], messages: [], tools: [] };

interface Ask {
  agent: string;
  id?: string;
  latencyMs: number;
  retries?: number;
}

function answer(text: string): CallResult {
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const content = [{ type: "text" as const, text }];
  return { ok: true, answer: { content, stopReason: "end_turn", usage, servedModel: "m", requestId: null, durationMs: 0, attempts: 1 } };
}

class Scene {
  readonly heard: string[] = [];
  readonly time: VirtualTime;
  #asks = new Map<string, Ask>();

  constructor(before: () => Promise<void> = async () => undefined) {
    this.time = new VirtualTime(async (_request, options) => {
      await before();
      const ask = this.#asks.get(options.id) as Ask;
      for (let nth = 1; nth <= (ask.retries ?? 0); nth += 1) options.onRetry(nth, 10, "broke", 0);
      return { result: answer(options.id), latencyMs: ask.latencyMs };
    }, setImmediate);
  }

  async call(ask: Ask, signal: AbortSignal = new AbortController().signal): Promise<CallResult> {
    const id = ask.id ?? `${ask.agent}.t1.c1`;
    this.#asks.set(id, ask);
    const options: CallOptions = {
      id,
      identity: { cell: "cell", agent: ask.agent, turn: 1, call: 1, draw: 0 },
      signal,
      onRetry: (attempt) => this.heard.push(`${this.time.nowMs()} retry ${attempt} of ${id}`),
      admitRetry: async () => null,
    };
    const result = await this.time.call(REQUEST, options);
    this.heard.push(`${this.time.nowMs()} ${result.ok ? "" : `${result.failure.code} `}${id}`);
    return result;
  }
}

describe("virtual time", () => {
  it("C answers come in the order of their latencies, and the clock says when", async () => {
    const scene = new Scene();
    await Promise.all([
      scene.call({ agent: "a", latencyMs: 300 }),
      scene.call({ agent: "b", latencyMs: 100 }),
      scene.call({ agent: "c", latencyMs: 200 }),
    ]);
    expect(scene.heard).toEqual(["100 b.t1.c1", "200 c.t1.c1", "300 a.t1.c1"]);
  });

  it("C at one moment the agent's id decides, then the call's, whoever asked first", async () => {
    const scene = new Scene();
    const asks = [
      { agent: "b", latencyMs: 5 },
      { agent: "a", id: "a.t2.c1", latencyMs: 5 },
      { agent: "a", id: "a.t1.c1", latencyMs: 5 },
    ];
    await Promise.all(asks.map((ask) => scene.call(ask)));
    expect(scene.heard).toEqual(["5 a.t1.c1", "5 a.t2.c1", "5 b.t1.c1"]);
  });

  it("C a call that follows an answer begins when that came", async () => {
    const scene = new Scene();
    const chain = async () => {
      await scene.call({ agent: "a", latencyMs: 100 });
      await scene.call({ agent: "a", id: "a.t2.c1", latencyMs: 100 });
    };
    await Promise.all([chain(), scene.call({ agent: "b", latencyMs: 150 })]);
    expect(scene.heard).toEqual(["100 a.t1.c1", "150 b.t1.c1", "200 a.t2.c1"]);
  });

  it("C whatever the answers really take, the order and the moments are the same", async () => {
    const asks = fc.array(fc.record({ agent: fc.constantFrom("a", "b", "c"), latencyMs: fc.nat(3) }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(asks, fc.nat(), async (some, shake) => {
        const heardBy = async (before?: () => Promise<void>) => {
          const scene = new Scene(before);
          await Promise.all(some.map((ask, index) => scene.call({ ...ask, id: `${ask.agent}.${index}` })));
          return scene.heard;
        };
        const dice = seeded(shake);
        const shaken = await heardBy(async () => {
          for (let left = Math.floor(dice() * 5); left > 0; left -= 1) await settled();
        });
        expect(shaken).toEqual(await heardBy());
        expect(shaken.map((each) => Number(each.split(" ")[0]))).toEqual(some.map((each) => each.latencyMs).toSorted((a, b) => a - b));
      }),
      { seed: 20_261_171, numRuns: 60 },
    );
  });

  it("C retries are told when the answer comes, not when they really happened", async () => {
    const scene = new Scene();
    await Promise.all([scene.call({ agent: "a", latencyMs: 50, retries: 2 }), scene.call({ agent: "b", latencyMs: 20 })]);
    expect(scene.heard).toEqual(["20 b.t1.c1", "50 retry 1 of a.t1.c1", "50 retry 2 of a.t1.c1", "50 a.t1.c1"]);
  });

  it("C a sleeper wakes before an answer of the same moment, and alone it does not move the clock", async () => {
    const scene = new Scene();
    const controller = new AbortController();
    const slept = scene.time.sleep(100, controller.signal).then(() => scene.heard.push(`${scene.time.nowMs()} awake`));
    await settled();
    await settled();
    expect(scene.time.nowMs()).toBe(0);
    await scene.call({ agent: "a", latencyMs: 100 });
    await slept;
    expect(scene.heard).toEqual(["100 awake", "100 a.t1.c1"]);
  });

  it("C a sleeper that is called off rejects, and wakes nobody", async () => {
    const scene = new Scene();
    const controller = new AbortController();
    const slept = scene.time.sleep(10, controller.signal);
    controller.abort(new Error("enough"));
    await expect(slept).rejects.toThrow("enough");
    await scene.call({ agent: "a", latencyMs: 100 });
    expect(scene.time.nowMs()).toBe(100);
  });

  it("C calls that are called off come at once, in their order, as called off", async () => {
    const scene = new Scene();
    const controller = new AbortController();
    const others = [
      scene.call({ agent: "b", latencyMs: 900 }, controller.signal),
      scene.call({ agent: "a", latencyMs: 500 }, controller.signal),
    ];
    const first = scene.call({ agent: "c", latencyMs: 100 }).then(() => controller.abort());
    await Promise.all([...others, first]);
    expect(scene.heard).toEqual(["100 c.t1.c1", "100 aborted a.t1.c1", "100 aborted b.t1.c1"]);
  });

  it("C a port that rejects when it is called off has its place in the order too; any other rejection is a bug and comes through", async () => {
    const controller = new AbortController();
    const scene = new Scene(async () => {
      controller.abort(new Error("stopped"));
      throw new Error("broken");
    });
    expect(await scene.call({ agent: "a", latencyMs: 5 }, controller.signal)).toMatchObject({ ok: false, failure: { code: "aborted" } });
    await expect(scene.call({ agent: "a", latencyMs: 5 })).rejects.toThrow("broken");
  });
});
