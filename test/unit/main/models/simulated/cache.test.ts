import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  badBreakpoints,
  CACHE_LIFETIME_MS,
  CACHE_MINIMUM_TOKENS,
  type InputUsage,
  LOOK_BACK_BLOCKS,
  PromptCache,
} from "#main/models/simulated/cache.ts";
import type { RequestBody, RequestContent } from "#main/models/simulated/learn.ts";

const MARK = { cache_control: { type: "ephemeral" } };
/** A text of so many tokens. */
const text = (tokens: number, name = "x"): RequestContent => ({ type: "text", text: name.padEnd(tokens * 4, name) });
const marked = (block: RequestContent): RequestContent => ({ ...block, ...MARK });
const request = (system: RequestContent[], user: RequestContent[] = []): RequestBody => ({
  model: "m",
  max_tokens: 10,
  system,
  messages: user.length > 0 ? [{ role: "user", content: user }] : [],
});
const sum = (usage: InputUsage) => usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
const unmarked = (body: RequestBody) =>
  new PromptCache().count("a", JSON.parse(JSON.stringify(body).replaceAll(/,"cache_control":\{[^}]*\}/g, "")), 0);

/** A conversation that grows: some blocks, some of them marked, and how much later the request is sent. */
const step = fc.record({
  blocks: fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 900 }), name: fc.constantFrom("p", "q") }), {
    minLength: 1,
    maxLength: 6,
  }),
  marks: fc.uniqueArray(fc.nat(40), { maxLength: 4 }),
  waitMs: fc.constantFrom(0, 1, 1_000, 60_000, CACHE_LIFETIME_MS - 1, CACHE_LIFETIME_MS, CACHE_LIFETIME_MS * 3),
  forget: fc.boolean(),
});

/** The requests of the steps with their moments. */
function requestsOf(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) {
  let nowMs = 0;
  let history: RequestContent[] = [];
  return steps.map(({ blocks, marks, waitMs, forget }) => {
    nowMs += waitMs;
    history = [...(forget ? [] : history), ...blocks.map(({ tokens, name }) => text(tokens, name))];
    const places = new Set(marks.map((mark) => mark % history.length));
    return {
      nowMs,
      body: request(
        [text(300)],
        history.map((block, index) => (places.has(index) ? marked(block) : block)),
      ),
    };
  });
}

describe("simulated prompt cache", () => {
  it("the three counts add up to the whole input, which no mark changes; none is negative", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const cache = new PromptCache();
        for (const { body, nowMs } of requestsOf(steps)) {
          const usage = cache.count("a", body, nowMs);
          expect(sum(usage)).toBe(unmarked(body).inputTokens);
          expect(Math.min(usage.inputTokens, usage.cacheReadTokens, usage.cacheWriteTokens)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("never reads more than an earlier request of the last five minutes had cached or refreshed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const cache = new PromptCache();
        const cached: { atMs: number; tokens: number }[] = [];
        for (const { body, nowMs } of requestsOf(steps)) {
          const { cacheReadTokens, cacheWriteTokens } = cache.count("a", body, nowMs);
          const most = cached.filter(({ atMs }) => atMs < nowMs && nowMs - atMs < CACHE_LIFETIME_MS).map(({ tokens }) => tokens);
          expect(cacheReadTokens).toBeLessThanOrEqual(Math.max(0, ...most));
          cached.push({ atMs: nowMs, tokens: cacheReadTokens + cacheWriteTokens });
        }
      }),
    );
  });

  it("counts no cache without breakpoints, nor below the minimum", () => {
    const cache = new PromptCache();
    for (const nowMs of [1, 2, 3]) {
      expect(cache.count("a", request([text(5_000)]), nowMs)).toEqual({ inputTokens: 5_000, cacheReadTokens: 0, cacheWriteTokens: 0 });
      const short = request([marked(text(CACHE_MINIMUM_TOKENS - 1))], [text(2_000)]);
      expect(cache.count("a", short, nowMs)).toEqual({ inputTokens: 3_023, cacheReadTokens: 0, cacheWriteTokens: 0 });
    }
    expect(cache.count("a", request([marked(text(CACHE_MINIMUM_TOKENS))]), 4)).toMatchObject({ cacheWriteTokens: CACHE_MINIMUM_TOKENS });
  });

  it("reads what was written for five minutes after its last use, and each read renews it", () => {
    const cache = new PromptCache();
    const body = request([marked(text(2_000))], [text(100)]);
    const written = { inputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 2_000 };
    const read = { inputTokens: 100, cacheReadTokens: 2_000, cacheWriteTokens: 0 };
    expect(cache.count("a", body, 0)).toEqual(written);
    expect(cache.count("a", body, CACHE_LIFETIME_MS - 1)).toEqual(read);
    expect(cache.count("a", body, 2 * CACHE_LIFETIME_MS - 2)).toEqual(read);
    expect(cache.count("a", body, 3 * CACHE_LIFETIME_MS - 2)).toEqual(written);
  });

  it("as a conversation grows, what was marked before is read and only the rest is written", () => {
    const cache = new PromptCache();
    const system = [marked(text(1_500))];
    expect(cache.count("a", request(system, [marked(text(500))]), 1)).toEqual({
      inputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 2_000,
    });
    const longer = request(system, [text(500), marked(text(70, "y")), text(8)]);
    expect(cache.count("a", longer, 2)).toEqual({ inputTokens: 8, cacheReadTokens: 2_000, cacheWriteTokens: 70 });
    // Another ending falls back on what both share.
    expect(cache.count("a", request(system, [marked(text(500, "z"))]), 3)).toEqual({
      inputTokens: 0,
      cacheReadTokens: 1_500,
      cacheWriteTokens: 500,
    });
  });

  it(`looks back ${LOOK_BACK_BLOCKS} blocks from a breakpoint, its own the first, and no further`, () => {
    const between = (blocks: number) => Array.from({ length: blocks }, () => text(1, "y"));
    const reads = (blocks: number) => {
      const cache = new PromptCache();
      cache.count("a", request([marked(text(1_500))]), 1);
      return cache.count("a", request([text(1_500)], [...between(blocks), marked(text(1, "z"))]), 2).cacheReadTokens;
    };
    expect(reads(LOOK_BACK_BLOCKS - 2)).toBe(1_500);
    expect(reads(LOOK_BACK_BLOCKS - 1)).toBe(0);
  });

  it("tools come first: a change of tools, of model or of a role makes another prefix", () => {
    const body: RequestBody = { ...request([marked(text(1_500))], [marked(text(10))]), tools: [{ name: "send" }] };
    const readAfter = (next: RequestBody) => {
      const cache = new PromptCache();
      cache.count("a", body, 1);
      return cache.count("a", next, 2).cacheReadTokens;
    };
    const whole = readAfter(body);
    expect(whole).toBeGreaterThan(1_510);
    expect(readAfter({ ...body, tools: [{ name: "other" }] })).toBe(0);
    expect(readAfter({ ...body, model: "other" })).toBe(0);
    expect(readAfter({ ...body, messages: body.messages.map((each) => ({ ...each, role: "assistant" })) })).toBe(whole - 10);
    expect(readAfter({ ...body, tool_choice: { type: "none" } })).toBe(whole - 10);
  });

  it("requests of one moment read nothing of each other: their order does not count", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), fc.nat(), (steps, seed) => {
        const requests = requestsOf(steps).map(({ body, nowMs }, index) => ({ body, index, nowMs: Math.floor(nowMs / 60_000) }));
        const counts = (order: typeof requests) => {
          const cache = new PromptCache();
          return order.map(({ body, index, nowMs }) => ({ index, usage: cache.count("a", body, nowMs) })).sort((a, b) => a.index - b.index);
        };
        const shuffled = requests.toSorted((a, b) => a.nowMs - b.nowMs || ((a.index * 7 + seed) % 11) - ((b.index * 7 + seed) % 11));
        expect(counts(shuffled)).toEqual(counts(requests));
      }),
    );
  });

  it("a request of a later moment that arrives first takes nothing from an earlier one", () => {
    const cache = new PromptCache();
    const body = request([marked(text(2_000))]);
    const reads = [100, 0, 50, CACHE_LIFETIME_MS + 99, CACHE_LIFETIME_MS * 9].map((nowMs) => cache.count("a", body, nowMs).cacheReadTokens);
    expect(reads).toEqual([0, 0, 2_000, 2_000, 0]);
  });

  it("counts the same whoever is said to ask: that name only saves work", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.array(fc.constantFrom("a", "b"), { minLength: 8, maxLength: 8 }), (steps, lines) => {
        const [one, other] = [new PromptCache(), new PromptCache()];
        for (const [index, { body, nowMs }] of requestsOf(steps).entries())
          expect(one.count(lines[index] ?? "a", body, nowMs)).toEqual(other.count("a", body, nowMs));
      }),
    );
  });

  it("more than four breakpoints are refused in the API's words", () => {
    const five = request(Array.from({ length: 5 }, () => marked(text(1))));
    expect(badBreakpoints(five)).toBe("A maximum of 4 blocks with cache_control may be provided. Found 5.");
    expect(badBreakpoints(request(Array.from({ length: 4 }, () => marked(text(1)))))).toBeNull();
  });
});
