/** Owns the worker that ELK runs in: made when first needed, kept for the next time, ended when a layout is called off. */
import ElkApi, { type ELK, type ElkNode } from "elkjs/lib/elk-api.js";
// As a file of its own, untouched: ELK is one large classic script, and the content security policy allows files alone.
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

interface Workshop {
  elk: ELK;
  /** Settles only when the worker cannot be loaded. */
  broken: Promise<never>;
}

/** A worker with nothing to do. A second layout at the same time gets one of its own. */
let idle: Workshop | null = null;

/** Lays a graph out in the worker. Rejects with the signal's reason, or with a sentence for people when the worker cannot be loaded. */
export async function runInWorker(graph: ElkNode, signal: AbortSignal): Promise<ElkNode> {
  signal.throwIfAborted();
  const workshop = idle ?? open();
  idle = null;
  let stop = () => {};
  const calledOff = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    const done = await Promise.race([workshop.elk.layout(graph), workshop.broken, calledOff]);
    if (idle === null) idle = workshop;
    else workshop.elk.terminateWorker();
    return done;
  } catch (error) {
    // ELK cannot be interrupted, and after an error its state is not to be trusted.
    workshop.elk.terminateWorker();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function open(): Workshop {
  const worker = new Worker(workerUrl);
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new Error("The layout could not be worked out: its worker did not load. Reload the page and try again."));
    });
  });
  // It may break while nobody waits; the next layout hears of it.
  broken.catch(() => undefined);
  return { elk: new ElkApi({ workerFactory: () => worker }), broken };
}
