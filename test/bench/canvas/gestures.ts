/** Owns the gestures that are timed: the same moves of the same mouse on either page, as fast as the page takes them. */
import type { CDPSession, Page } from "@playwright/test";

/** Moves in one gesture. */
const STEPS = 120;
/** Moves on their way at a time: a frame never waits for the next one, and those that come too fast are joined, as a fast mouse's are. */
const ON_THE_WAY = 2;
const SELECTED = 20;

export const GESTURES = ["pan", "zoom", "drag one", "drag twenty"] as const;
export type Gesture = (typeof GESTURES)[number];

interface Point {
  x: number;
  y: number;
}

/** Where the hand begins, and which agents it takes with it. */
export interface Grip {
  at: Point;
  moved: readonly string[];
}

/** Puts the hand where a gesture begins, with the agents selected that it will drag; none of it is timed. */
export async function takeHold(page: Page, gesture: Gesture): Promise<Grip> {
  const empty = await page.evaluate(emptySpot);
  await page.mouse.click(empty.x, empty.y);
  await untilSelected(page, 0);
  const count = gesture === "drag one" ? 1 : gesture === "drag twenty" ? SELECTED : 0;
  const near = await page.evaluate(nearestAgents, count);
  for (const [index, { at }] of near.entries()) {
    if (index > 0) await page.keyboard.down("Control");
    await page.mouse.click(at.x, at.y);
    if (index > 0) await page.keyboard.up("Control");
  }
  const selected = await untilSelected(page, count);
  const at = near[0]?.at ?? empty;
  await page.mouse.move(at.x, at.y);
  if (gesture !== "zoom") {
    await page.mouse.down();
    // The first moves take hold: what happens once is not a frame of the gesture.
    await page.mouse.move(at.x + 4, at.y, { steps: 4 });
    await page.waitForSelector(gesture === "pan" ? ".react-flow__pane.dragging" : ".react-flow__node.dragging", { state: "attached" });
  }
  return { at, moved: selected };
}

/** The gesture itself, which ends where it began. */
export async function perform(client: CDPSession, gesture: Gesture, { at }: Grip): Promise<void> {
  const radius = gesture === "pan" ? 160 : 110;
  const moves = Array.from({ length: STEPS }, (_, index) => {
    const turn = (2 * Math.PI * (index + 1)) / STEPS;
    if (gesture === "zoom") return () => wheel(client, at, index < STEPS / 2 ? -17 : 17);
    // A circle that leaves from where the hand is.
    return () => drag(client, { x: at.x + radius * Math.sin(turn), y: at.y + radius * (1 - Math.cos(turn)) });
  });
  let next = 0;
  const hand = async () => {
    for (let move = moves[next++]; move; move = moves[next++]) await move();
  };
  await Promise.all(Array.from({ length: ON_THE_WAY }, hand));
}

/** Lets go where the hand took hold, so that the design is as it was. */
export async function letGo(page: Page, gesture: Gesture, { at }: Grip): Promise<void> {
  await page.mouse.move(at.x, at.y);
  if (gesture !== "zoom") await page.mouse.up();
  // A click that follows a drag at once is taken for its end.
  await page.waitForTimeout(100);
}

/** Waits until so many agents are selected, and says which. Throws when that does not come about. */
async function untilSelected(page: Page, count: number): Promise<string[]> {
  await page.waitForFunction((wanted) => document.querySelectorAll(".react-flow__node.selected").length === wanted, count);
  return page.evaluate(() =>
    [...document.querySelectorAll(".react-flow__node.selected")].map((node) => node.getAttribute("data-id") ?? ""),
  );
}

async function drag(client: CDPSession, to: Point): Promise<void> {
  await client.send("Input.dispatchMouseEvent", {
    type: "mouseMoved",
    x: Math.round(to.x),
    y: Math.round(to.y),
    button: "left",
    buttons: 1,
  });
}

async function wheel(client: CDPSession, at: Point, deltaY: number): Promise<void> {
  await client.send("Input.dispatchMouseEvent", { type: "mouseWheel", x: at.x, y: at.y, deltaX: 0, deltaY });
}

/** In the page: the agents whose middles are nearest to the canvas's middle, nearest first, each where the mouse can take it. */
function nearestAgents(count: number): { id: string; at: Point }[] {
  const room = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!room) return [];
  const middle = { x: room.x + room.width / 2, y: room.y + room.height / 2 };
  return [...document.querySelectorAll(".react-flow__node")]
    .filter((node) => !node.classList.contains("react-flow__node-team"))
    .map((node) => {
      const box = node.getBoundingClientRect();
      // Off the middle: where boxes are a few pixels high, a wire would be pulled from a handle there.
      const at = { x: Math.round(box.x + box.width * 0.3), y: Math.round(box.y + box.height / 2) };
      return { id: node.getAttribute("data-id") ?? "", at, far: Math.hypot(at.x - middle.x, at.y - middle.y), node };
    })
    .filter(({ node, at }) => document.elementFromPoint(at.x, at.y)?.closest(".react-flow__node") === node)
    .sort((a, b) => a.far - b.far)
    .slice(0, count)
    .map(({ id, at }) => ({ id, at }));
}

/** In the page: a place near the canvas's middle where there is nothing. */
function emptySpot(): Point {
  const room = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!room) throw new Error("there is no canvas");
  for (let away = 0; away < room.height / 2; away += 1)
    for (const turn of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const x = Math.round(room.x + room.width / 2 + away * Math.cos((turn * Math.PI) / 4));
      const y = Math.round(room.y + room.height / 2 + away * Math.sin((turn * Math.PI) / 4));
      if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
    }
  throw new Error("there is no empty spot on the canvas");
}
