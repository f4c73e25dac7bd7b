/** Tests where edges run: round agents between their ends, labels apart, the same again where nothing has changed. */
import type { InternalNode } from "@xyflow/react";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box } from "#renderer/canvas/geometry.ts";
import { inLine } from "#renderer/canvas/guides.ts";
import { routeOf } from "#renderer/canvas/route-table.ts";
import { routeAll, type Wire } from "#renderer/canvas/routes.ts";

const SIZE = { width: 180, height: 74 };
const wire = (source: string, target: string, label = false): Wire => ({
  id: `${source}${target}`,
  source,
  target,
  twoWay: false,
  gap: 5,
  label: { words: { label: label ? "figures" : "", detail: "", short: "" }, scale: 1, must: false, at: 0.5, level: 0 },
});

/** Points along an SVG path of one cubic curve. */
function points(d: string): { x: number; y: number }[] {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = (d.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Array.from({ length: 101 }, (_, step) => {
    const t = step / 100;
    const at = (a: number, b: number, c: number, e: number) =>
      (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * e;
    return { x: at(x0, x1, x2, x3), y: at(y0, y1, y2, y3) };
  });
}

const within = ({ x, y }: { x: number; y: number }, box: Box) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;

describe("routes", () => {
  it("run round whatever single agent stands between", () => {
    fc.assert(
      fc.property(fc.integer({ min: -60, max: 60 }), fc.integer({ min: 300, max: 700 }), (down, across) => {
        const between = { x: across, y: down, ...SIZE };
        const boxes = new Map<string, Box>([
          ["a", { x: 0, y: 0, ...SIZE }],
          ["b", between],
          ["c", { x: 1_000, y: 0, ...SIZE }],
        ]);
        const { paths } = routeAll([wire("a", "c")], boxes);
        expect(points(paths.get("ac")?.d ?? "").filter((point) => within(point, between))).toEqual([]);
      }),
    );
  });

  it("are straight where nothing stands between", () => {
    const boxes = new Map<string, Box>([
      ["a", { x: 0, y: 0, ...SIZE }],
      ["c", { x: 500, y: 0, ...SIZE }],
    ]);
    for (const { y } of points(routeAll([wire("a", "c")], boxes).paths.get("ac")?.d ?? "")) expect(y).toBeCloseTo(37);
  });

  it("keep labels apart that would lie on each other", () => {
    const boxes = new Map<string, Box>([
      ["a", { x: 0, y: 0, ...SIZE }],
      ["b", { x: 0, y: 200, ...SIZE }],
      ["c", { x: 600, y: 200, ...SIZE }],
      ["d", { x: 600, y: 0, ...SIZE }],
    ]);
    const { paths } = routeAll([wire("a", "c", true), wire("b", "d", true)], boxes);
    const [one, other] = [paths.get("ac"), paths.get("bd")];
    const apart = Math.abs((one?.labelX ?? 0) - (other?.labelX ?? 0)) >= 71 || Math.abs((one?.labelY ?? 0) - (other?.labelY ?? 0)) >= 22;
    expect(apart).toBe(true);
  });

  it("of 200 agents are the same objects but for those that a drag touches, and take a few milliseconds", () => {
    const at = (index: number) => ({ x: Math.floor(index / 15) * 340, y: (index % 15) * 140 });
    const node = (index: number, x: number, y: number) =>
      ({
        id: `a${index}`,
        type: "agent",
        dragging: false,
        internals: { positionAbsolute: { x, y } },
        measured: SIZE,
      }) as unknown as InternalNode;
    const nodeLookup = new Map(Array.from({ length: 200 }, (_, index) => [`a${index}`, node(index, at(index).x, at(index).y)]));
    const edges = Array.from({ length: 370 }, (_, index) => ({
      id: `e${index}`,
      source: `a${index % 185}`,
      target: `a${(index % 185) + (index < 185 ? 15 : 1)}`,
    }));
    const transform: [number, number, number] = [0, 0, 1];
    const before = edges.map(({ id }) => routeOf({ nodeLookup, edges, transform }, id));
    const startMs = performance.now();
    const FRAMES = 20;
    let changed = 0;
    for (let frame = 1; frame <= FRAMES; frame += 1) {
      nodeLookup.set("a100", node(100, at(100).x + frame, at(100).y + frame));
      const flow = { nodeLookup, edges, transform };
      const now = edges.map(({ id }) => routeOf(flow, id));
      changed = now.filter((route, index) => route !== before[index]).length;
    }
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(16);
    // A frame has 16 ms; ten times that is a broken promise on any machine.
    expect((performance.now() - startMs) / FRAMES).toBeLessThan(160);
  });
});

describe("standing in line", () => {
  it("draws to the nearest edge or centre, each direction by itself", () => {
    const others = [{ x: 0, y: 0, ...SIZE }];
    expect(inLine({ x: 300, y: 3, ...SIZE }, others, 5)).toMatchObject({ x: 300, y: 0, guides: [{ axis: "y", at: 0 }] });
    expect(inLine({ x: 300, y: 30, ...SIZE }, others, 5)).toEqual({ x: 300, y: 30, guides: [] });
    expect(inLine({ x: 2, y: -4, ...SIZE }, others, 5).guides).toHaveLength(2);
  });
});
