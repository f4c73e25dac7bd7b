/** Owns a Messages API server for tests: real sockets, answers that hang on the request alone, whatever a test has go wrong, and its own count. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type RequestBody, type WrittenAnswer, writeAnswer } from "#test/support/fault-answers.ts";

/** A request as it arrived. */
export interface Asked {
  /** From 1, in the order of arrival. */
  number: number;
  /** Names its body: the same words have the same name. */
  key: string;
  body: RequestBody;
  apiKey: string | null;
  atMs: number;
  /** Requests under way when it came, itself among them. */
  inFlight: number;
}

/** What happens in place of the answer. */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** The stream is cut after this share of its bytes, 0 to 1. */
  | { cutAt: number }
  /** The stream says something that is no JSON in the middle. */
  | { garbled: true }
  /** A 200 that is no stream at all. */
  | { text: string }
  /** Never answers. */
  | { silent: true }
  /** Closes the connection before it says anything. */
  | { reset: true };

/** Output tokens and US dollars by the server's own books. */
export interface Bill {
  outputTokens: number;
  usd: number;
}

/** What the server charges: US dollars per million tokens. */
export const SERVER_PRICES = { input: 3, output: 15 };

export class FaultServer {
  readonly url: string;
  readonly asked: Asked[] = [];
  /** Looked at for each request; null answers it. */
  fault: (asked: Asked) => Fault | null = () => null;
  /** Milliseconds before an answer begins, and again before it ends. */
  slowMs: (asked: Asked) => number = () => 0;
  /** The answer's own model, where it is another than the one that was asked for. */
  servedModel: string | null = null;
  inFlight = 0;
  /** Answers that were given whole. */
  answered = 0;
  #http: Server;
  #sockets = new Set<Socket>();
  #bills = new Map<number, Bill>();

  private constructor(http: Server) {
    this.#http = http;
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    http.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    http.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => void this.#take(incoming, outgoing));
  }

  /** @param port 0 takes a free one */
  static async start(port = 0): Promise<FaultServer> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
    return new FaultServer(http);
  }

  /**
   * What everything that was asked comes to: of what was answered whole what the answer said, of what was cut, called off or is
   * still under way the most that it could have been, of what was refused nothing.
   */
  get bill(): Bill {
    const sum = { outputTokens: 0, usd: 0 };
    for (const { outputTokens, usd } of this.#bills.values()) {
      sum.outputTokens += outputTokens;
      sum.usd += usd;
    }
    return sum;
  }

  /** Resolves once nobody is connected: a process that died has then been heard to the end. */
  async idle(): Promise<void> {
    while (this.#sockets.size > 0) await sleep(2);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeAllConnections();
    await closed;
  }

  async #take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const text = await readAll(incoming);
    // Whoever died while asking has asked nothing.
    if (text === null) return;
    const body = JSON.parse(text) as RequestBody & { stream?: boolean };
    delete body.stream;
    this.inFlight += 1;
    const asked: Asked = {
      number: this.asked.length + 1,
      key: keyOfBody(body),
      body,
      apiKey: keyIn(incoming),
      atMs: performance.now(),
      inFlight: this.inFlight,
    };
    this.asked.push(asked);
    const fault = this.fault(asked);
    let ended = false;
    const end = () => {
      if (!ended) this.inFlight -= 1;
      ended = true;
    };
    outgoing.on("close", end);
    const answer = writeAnswer(body, asked.key, this.servedModel);
    const bill = (outputTokens: number) => this.#bills.set(asked.number, { outputTokens, usd: usdOf(answer.inputTokens, outputTokens) });
    if (fault && "status" in fault) {
      outgoing.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      // Before the last byte: whoever reads it may send the next request at once.
      end();
      outgoing.end(fault.body ?? JSON.stringify({ type: "error", error: { type: "some_error", message: `said ${fault.status}` } }));
      return;
    }
    bill(body.max_tokens);
    await this.#answer(asked, answer, fault, outgoing, () => {
      bill(answer.outputTokens);
      this.answered += 1;
      end();
    });
  }

  /** @param whole called right before the last byte of a whole answer */
  async #answer(asked: Asked, answer: WrittenAnswer, fault: Fault | null, outgoing: ServerResponse, whole: () => void): Promise<void> {
    await sleep(this.slowMs(asked));
    if (fault && "silent" in fault) return;
    if (fault && "reset" in fault) {
      outgoing.socket?.resetAndDestroy();
      return;
    }
    if (outgoing.destroyed) return;
    outgoing.writeHead(200, { "content-type": "text/event-stream", "request-id": `req_${asked.number}` });
    if (fault && "text" in fault) {
      outgoing.end(fault.text);
      return;
    }
    const { stream } = answer;
    if (fault && "cutAt" in fault) {
      outgoing.write(stream.slice(0, Math.floor(stream.length * fault.cutAt)), () => outgoing.socket?.resetAndDestroy());
      return;
    }
    const half = Math.floor(stream.length / 2);
    outgoing.write(stream.slice(0, half));
    await sleep(this.slowMs(asked));
    if (outgoing.destroyed) return;
    if (fault && "garbled" in fault) {
      outgoing.end(`\n\nevent: content_block_delta\ndata: {"type": oops\n\n${stream.slice(half)}`);
      return;
    }
    whole();
    outgoing.end(stream.slice(half));
  }
}

function keyIn({ headers }: IncomingMessage): string | null {
  const own = headers["x-api-key"];
  return typeof own === "string" ? own : (headers.authorization?.replace(/^Bearer /, "") ?? null);
}

/** The name of a request's words. */
export function keyOfBody(body: unknown): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex").slice(0, 16);
}

function usdOf(inputTokens: number, outputTokens: number): number {
  return (inputTokens * SERVER_PRICES.input + outputTokens * SERVER_PRICES.output) / 1_000_000;
}

/** The whole body; null where the connection ended before it did. */
async function readAll(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return incoming.complete ? Buffer.concat(chunks).toString() : null;
}
