import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, edgePath } from "#renderer/canvas/geometry.ts";

const box = (x: number, y: number, width = 180, height = 80): Box => ({ x, y, width, height });
const arbitraryBox = fc.record({
  x: fc.integer({ min: -2_000, max: 2_000 }),
  y: fc.integer({ min: -2_000, max: 2_000 }),
  width: fc.integer({ min: 40, max: 400 }),
  height: fc.integer({ min: 40, max: 200 }),
});

/** Start, both handles, end. */
function points(d: string): { x: number; y: number }[] {
  const numbers = [...d.matchAll(/-?[\d.]+(?:e-?\d+)?/g)].map(Number);
  return [0, 2, 4, 6].map((at) => ({ x: numbers[at] as number, y: numbers[at + 1] as number }));
}

describe("where an edge runs", () => {
  it.each([
    ["to the right", box(400, 0), { x: 180, y: 40 }, { x: 396, y: 40 }],
    ["to the left", box(-400, 0), { x: 0, y: 40 }, { x: -216, y: 40 }],
    ["down", box(0, 300), { x: 90, y: 80 }, { x: 90, y: 296 }],
    ["up", box(0, -300), { x: 90, y: 0 }, { x: 90, y: -216 }],
  ])("leaves the side that faces the other box: %s", (_, target, start, end) => {
    const [from, , , to] = points(edgePath(box(0, 0), target, false).d);
    expect([from, to]).toEqual([start, end]);
  });

  it("starts on the source's edge, ends the gap before the target's, and holds no NaN", () => {
    fc.assert(
      fc.property(arbitraryBox, arbitraryBox, fc.boolean(), fc.integer({ min: 0, max: 12 }), (source, target, twoWay, gap) => {
        const { d, labelX, labelY } = edgePath(source, target, twoWay, gap);
        const [from, , , to] = points(d) as [{ x: number; y: number }, unknown, unknown, { x: number; y: number }];
        expect([from.x, from.y, to.x, to.y, labelX, labelY].every(Number.isFinite)).toBe(true);
        const onEdge = (point: { x: number; y: number }, of: Box, by: number) =>
          [of.x - by, of.x + of.width + by].some((x) => Math.abs(point.x - x) < 1e-6) ||
          [of.y - by, of.y + of.height + by].some((y) => Math.abs(point.y - y) < 1e-6);
        expect(onEdge(from, source, 0)).toBe(true);
        expect(onEdge(to, target, gap)).toBe(true);
      }),
    );
  });

  it("puts the label on the curve, from one end to the other", () => {
    const at = (labelAt: number) => edgePath(box(0, 0), box(500, 120), false, 4, labelAt);
    const [from, , , to] = points(at(0).d);
    expect({ x: at(0).labelX, y: at(0).labelY }).toEqual(from);
    expect({ x: at(1).labelX, y: at(1).labelY }).toEqual(to);
    const along = [0, 0.25, 0.5, 0.75, 1].map((t) => at(t).labelX);
    expect(along).toEqual([...along].sort((a, b) => a - b));
  });

  it("keeps the two edges of a pair apart, all the way", () => {
    fc.assert(
      fc.property(arbitraryBox, fc.integer({ min: -800, max: 800 }), fc.integer({ min: -800, max: 800 }), (source, dx, dy) => {
        fc.pre(Math.abs(dx) > source.width + 30 || Math.abs(dy) > source.height + 30);
        const target = { ...source, x: source.x + dx, y: source.y + dy };
        for (const t of [0.1, 0.5, 0.9]) {
          const there = edgePath(source, target, true, 0, t);
          const back = edgePath(target, source, true, 0, 1 - t);
          expect(Math.hypot(there.labelX - back.labelX, there.labelY - back.labelY)).toBeGreaterThan(20);
        }
      }),
    );
  });
});
