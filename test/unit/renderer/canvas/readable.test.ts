/** Tests what stays readable from far: looks of agents, forms of labels, a fit that nothing covers. */
import { describe, expect, it } from "vitest";
import { fitTo } from "#renderer/canvas/fit.ts";
import type { Box } from "#renderer/canvas/geometry.ts";
import { edgeCurve } from "#renderer/canvas/geometry.ts";
import { type LabelWish, placeLabels } from "#renderer/canvas/labels.ts";
import { chooseLook, drawnBox, OWN } from "#renderer/canvas/node-looks.ts";
import { contentScale } from "#renderer/canvas/zoom.ts";

const row = (count: number, pitch: number) =>
  new Map(Array.from({ length: count }, (_, index): [string, Box] => [`a${index}`, { x: index * pitch, y: 0, ...OWN }]));

describe("text on the canvas", () => {
  it("keeps at least its size on the screen, times the size of text chosen", () => {
    for (const zoom of [0.2, 0.4, 0.55, 0.72, 0.9, 1, 1.7])
      for (const text of [1, 1.5]) expect(contentScale(zoom, text) * zoom).toBeGreaterThanOrEqual(Math.min(text, zoom * 6) - 1e-9);
    expect(contentScale(2, 1)).toBe(1);
  });
});

describe("the look of agents", () => {
  it("is as full as neighbours leave room for, whatever their number", () => {
    const look = (pitch: number, zoom: number, labelled = true) => chooseLook(row(7, pitch), [], contentScale(zoom, 1), labelled).name;
    expect(look(320, 1)).toBe("full");
    expect(look(600, 0.5)).toBe("full");
    expect(look(320, 0.62)).toBe("tall");
    expect(look(320, 0.5)).toBe("name");
    expect(look(320, 0.5, false)).toBe("tall");
  });

  it("never lets agents overlap, and grows from the middle of their places", () => {
    for (const zoom of [0.15, 0.3, 0.5, 0.8]) {
      const boxes = row(5, 300);
      const look = chooseLook(boxes, [], contentScale(zoom, 1), true);
      const drawn = [...boxes].map(([id, box]) => drawnBox(id, box, look));
      for (const [index, box] of drawn.entries()) {
        const next = drawn[index + 1];
        if (next) expect(box.x + box.width).toBeLessThan(next.x);
        expect(box.x + box.width / 2).toBeCloseTo(index * 300 + OWN.width / 2);
      }
    }
  });

  it("leaves two that were put close together in their places without taking detail from the rest", () => {
    const boxes = new Map([...row(3, 600), ["close", { x: 0, y: OWN.height + 6, ...OWN }]]);
    const look = chooseLook(boxes, [], contentScale(0.6, 1), true);
    expect(look.name).toBe("full");
    expect([...look.tight].toSorted()).toEqual(["a0", "close"]);
  });
});

describe("the label of a handoff", () => {
  const wish = (more: Partial<LabelWish["words"]> = {}): LabelWish => ({
    words: { label: ".36", detail: ".21–.51 · 9 tasks", short: "", ...more },
    scale: 1,
    must: true,
    at: 0.5,
    level: 1,
  });
  const form = (length: number, one = wish()) => {
    const boxes: Box[] = [
      { x: 0, y: 0, ...OWN },
      { x: OWN.width + length, y: 0, ...OWN },
    ];
    const curve = edgeCurve(boxes[0] as Box, boxes[1] as Box, false);
    return placeLabels(new Map([["e", one]]), new Map([["e", curve]]), boxes).get("e")?.form;
  };

  it("says all in a line, then its parts below, then the number alone, as its handoff grows shorter", () => {
    expect([400, 150, 90, 60, 20].map((length) => form(length))).toEqual(["beside", "below", "stacked", "main", "main"]);
  });

  it("keeps a sign where its words have no room, and goes where it need not stay", () => {
    const few = wish({ label: "too few", detail: "", short: "?" });
    expect([200, 40].map((length) => form(length, few))).toEqual(["main", "short"]);
    expect(form(20, { ...wish(), must: false })).toBeNull();
  });

  it("gives the larger loss the room", () => {
    const boxes: Box[] = [];
    const curve = edgeCurve({ x: 0, y: 0, ...OWN }, { x: 380, y: 0, ...OWN }, false);
    const both = new Map([
      ["small", wish()],
      ["large", { ...wish(), level: 9 }],
    ]);
    const places = placeLabels(
      both,
      new Map([
        ["small", curve],
        ["large", curve],
      ]),
      boxes,
    );
    expect(places.get("large")?.form).not.toBe("main");
    expect(places.get("small")?.form).toBe("main");
  });
});

describe("a fit", () => {
  const stage = { width: 1000, height: 600 };
  const limits = { minZoom: 0.1, maxZoom: 1, pad: 20 };

  it("lets lie what covers no agent, and keeps clear of what would", () => {
    const legend = { x: 10, y: 540, width: 400, height: 50 };
    const flat = [
      { x: 0, y: 0, width: 100, height: 50 },
      { x: 1820, y: 0, width: 100, height: 50 },
    ];
    expect(fitTo(flat, stage, [legend], limits)?.zoom).toBeCloseTo(960 / 1920);
    const high = [
      { x: 0, y: 0, width: 180, height: 80 },
      { x: 0, y: 1000, width: 180, height: 80 },
    ];
    const view = fitTo(high, stage, [legend], limits);
    // Room beside the legend costs nothing: the height is what counts.
    expect(view?.zoom).toBeCloseTo(560 / 1080);
    expect(view?.x).toBeGreaterThan(410);
  });

  it("is nothing for nothing", () => {
    expect(fitTo([], stage, [], limits)).toBeNull();
    expect(fitTo([{ x: 0, y: 0, width: 1, height: 1 }], { width: 0, height: 0 }, [], limits)).toBeNull();
  });
});
