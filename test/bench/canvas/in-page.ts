/** Owns what is measured inside the page. Each function is sent there as text, so it may use nothing from outside itself. */
import type { Commit, Recording } from "#test/bench/canvas/recording.ts";

declare global {
  interface Window {
    benchRecorder?: { stop(): Promise<Recording> };
    benchCommits?: Commit[];
  }
}

/** Begins to note tasks over 50 ms, and with `everyFrame` frames and the input that came in them; asking for frames makes some. */
export function startRecording(everyFrame: boolean): void {
  const frames: Recording["frames"] = [];
  const longTasksMs: number[] = [];
  let input = false;
  let going = true;
  const noted = () => {
    input = true;
  };
  const kinds = ["pointermove", "wheel", "keydown"];
  for (const kind of kinds) window.addEventListener(kind, noted, { capture: true, passive: true });
  const tasks = new PerformanceObserver((list) => {
    for (const task of list.getEntries()) longTasksMs.push(task.duration);
  });
  tasks.observe({ entryTypes: ["longtask"] });
  // Moves are handed out right before a frame's callbacks, so what has been noted belongs to the frame that begins here.
  const frame = (atMs: number) => {
    frames.push({ atMs, input });
    input = false;
    if (going) requestAnimationFrame(frame);
  };
  if (everyFrame) requestAnimationFrame(frame);
  window.benchRecorder = {
    async stop() {
      for (let left = 2; left > 0; left -= 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      going = false;
      // Observers are told a little after the task.
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const task of tasks.takeRecords()) longTasksMs.push(task.duration);
      tasks.disconnect();
      for (const kind of kinds) window.removeEventListener(kind, noted, { capture: true });
      return { frames, longTasksMs };
    },
  };
}

/**
 * Listens to React's commits by the hook that its developer tools use, which is there in product builds too, and notes which
 * agents and handoffs were drawn again: components whose element around them is one of React Flow's, and that React marked as
 * having done work. Put in before the page's own scripts; the product knows nothing of it.
 */
export function countCommits(): void {
  interface Fiber {
    tag: number;
    flags: number;
    memoizedProps: { id?: unknown } | null;
    child: Fiber | null;
    sibling: Fiber | null;
    alternate: Fiber | null;
    stateNode: unknown;
  }
  const FUNCTION_TAGS = new Set([0, 11, 14, 15]);
  const HOST = 5;
  const PERFORMED_WORK = 1;
  const commits: Commit[] = [];
  const walk = (parent: Fiber, host: Element | null, into: { nodes: Set<string>; edges: Set<string> }) => {
    // A subtree that was not touched keeps the very same first child.
    if (parent.alternate !== null && parent.alternate.child === parent.child) return;
    for (let fiber = parent.child; fiber; fiber = fiber.sibling) {
      const inside = fiber.tag === HOST && fiber.stateNode instanceof Element ? fiber.stateNode : host;
      if (host && FUNCTION_TAGS.has(fiber.tag) && fiber.flags & PERFORMED_WORK) {
        // React Flow's own wrapper stands in the list of all; what it wraps stands in the element of one.
        const wrapped = fiber.memoizedProps?.id;
        const id = host.getAttribute("data-id") ?? (typeof wrapped === "string" ? wrapped : "");
        if (host.matches(".react-flow__node, .react-flow__nodes")) into.nodes.add(id);
        else if (host.matches(".react-flow__edge, .react-flow__edges")) into.edges.add(id);
      }
      walk(fiber, inside, into);
    }
  };
  window.benchCommits = commits;
  Object.assign(window, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      isDisabled: false,
      renderers: new Map(),
      inject: () => 1,
      onCommitFiberRoot(_: number, root: { current: Fiber }) {
        const drawn = { nodes: new Set<string>(), edges: new Set<string>() };
        walk(root.current, null, drawn);
        commits.push({ nodes: [...drawn.nodes], edges: [...drawn.edges] });
      },
      onCommitFiberUnmount() {},
      onPostCommitFiberRoot() {},
      checkDCE() {},
    },
  });
}
