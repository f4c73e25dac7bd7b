/** Owns the inside of the stand-in's utility process: gives the real lab entry its `process.parentPort`, over Node's own channel to the parent. */
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { runnerImport } from "vite";

/** A port in this process: what is posted travels to the parent under the port's number. Queues until it is started, as Electron's does. */
class Port extends EventEmitter {
  #id;
  #queue = [];

  constructor(id) {
    super();
    this.#id = id;
  }

  postMessage(data) {
    process.send({ port: this.#id, data });
  }

  start() {
    const queue = this.#queue ?? [];
    this.#queue = null;
    for (const data of queue) this.emit("message", { data, ports: [] });
  }

  receive(data) {
    if (this.#queue) this.#queue.push(data);
    else this.emit("message", { data, ports: [] });
  }
}

const ports = new Map();
const parentPort = new EventEmitter();
parentPort.postMessage = (message) => process.send({ message });
process.parentPort = parentPort;

let early = [];
parentPort.on("newListener", (name) => {
  if (name !== "message" || !early) return;
  const waiting = early;
  early = null;
  setImmediate(() => waiting.forEach(receive));
});
process.on("message", (envelope) => (early ? early.push(envelope) : receive(envelope)));
// Where the lab does not see by itself that its parent has gone, this keeps a test run from leaving processes behind.
process.on("disconnect", () => setTimeout(() => process.exit(99), 10_000).unref());
// Electron's utility process lives until it exits; Node's would end with its channel.
setInterval(() => undefined, 1_000);

function receive(envelope) {
  if (envelope.port !== undefined) {
    const port = ports.get(envelope.port);
    if (envelope.closed) port?.emit("close");
    else port?.receive(envelope.data);
    return;
  }
  const handed = envelope.ports.map((id) => {
    const port = new Port(id);
    ports.set(id, port);
    return port;
  });
  parentPort.emit("message", { data: envelope.message, ports: handed });
}

await runnerImport(join(import.meta.dirname, "..", "..", "main", "hosts", "electron", "lab-entry.ts"), {
  configFile: false,
  root: join(import.meta.dirname, "..", ".."),
  logLevel: "error",
});
