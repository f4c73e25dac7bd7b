/** Owns requests that may wait, sent as message batches at half price: stored first, then sent, asked for, and handled once each. */
import type Anthropic from "@anthropic-ai/sdk";
import type { CallFailure } from "#shared/run/messages.ts";
import { type BatchItem, type BatchLimits, BATCH_LIMITS, splitIntoBatches, type StoredItem } from "#main/models/batch-requests.ts";
import { type BatchResult, broken, linesOf, readResultLine } from "#main/models/batch-results.ts";
import { apiParams } from "#main/models/call.ts";
import { type Failed, MESSAGE_LENGTH, readFailure } from "#main/models/failure.ts";
import { withoutKeys } from "#main/models/redact.ts";

/** What a batch's tokens cost of the usual price: https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing */
export const BATCH_FACTOR = 0.5;

/** How long the API keeps results after a batch was made, in milliseconds (same source). */
const RESULTS_KEPT_MS = 29 * 24 * 3_600_000;

interface StoredBatch {
  id: string;
  purpose: string;
  apiId: string | null;
  submittedAtMs: number | null;
}

/** Where batches are kept: the store's table of them. */
export interface BatchShelf {
  create(
    batches: readonly { id: string; connection: string; purpose: string; createdAtMs: number; requests: readonly StoredItem[] }[],
  ): void;
  get(id: string): (StoredBatch & { connection: string; state: string }) | null;
  inState(connection: string, state: "waiting" | "submitted"): StoredBatch[];
  unanswered(batchId: string): StoredItem[];
  submitted(id: string, apiId: string, atMs: number): void;
  waitAgain(id: string): void;
  close(id: string, failure: CallFailure | null, atMs: number): void;
  keepResult(batchId: string, customId: string, result: object, handle: () => void): boolean;
}

export interface BatchDone {
  batchId: string;
  purpose: string;
  customId: string;
  result: BatchResult;
}

export interface BatchDeskParts {
  shelf: BatchShelf;
  /** Names the connection in the store: a desk sees its own batches only. */
  connection: string;
  /** The population answers: requests carry their identities, and a batch that it has forgotten is sent again, since it is free. */
  simulated: boolean;
  /** A client and the key in it. Asked each time, so that a key typed in later counts. */
  connect(): { ok: true; client: Anthropic; apiKey: string | null } | { ok: false; failure: CallFailure };
  nowMs(): number;
  newId(): string;
  /**
   * Handles a result within the transaction that stores it, so that what it writes to the same store is written once,
   * whatever breaks off when. Must not wait for anything; what it throws takes the result back until the next poll.
   */
  onResult(done: BatchDone): void;
  limits?: BatchLimits;
}

/** Something that could not be done now; the batch is tried again at the next call unless its failure was final. */
export interface BatchTrouble {
  batchId: string;
  failure: CallFailure;
  retryAfterMs: number | null;
}

type Connected = Extract<ReturnType<BatchDeskParts["connect"]>, { ok: true }>;

export class BatchDesk {
  #parts: BatchDeskParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: BatchDeskParts) {
    this.#parts = parts;
  }

  /** Writes requests to the store, as many batches as the API's limits ask for. Sends nothing yet. */
  enqueue(purpose: string, items: readonly BatchItem[]): { ok: true; batchIds: string[] } | { ok: false; problem: string } {
    const { shelf, connection, newId, nowMs, limits = BATCH_LIMITS } = this.#parts;
    const split = splitIntoBatches(items, limits, (item) => this.#apiRequest(item));
    if (!split.ok) return split;
    const batches = split.groups.map((requests) => ({ id: newId(), connection, purpose, createdAtMs: nowMs(), requests }));
    shelf.create(batches);
    return { ok: true, batchIds: batches.map((batch) => batch.id) };
  }

  /**
   * Sends what waits; returns what could not be sent. Requests that the API refuses as they stand end as errored.
   *
   * Between the API's taking a batch and our storing its name lies a moment: who is broken off within it, or loses the
   * answer on the way, sends the batch again. The first one then runs unseen and is paid for, at half price, a second time;
   * the API offers no key by which it would know the two to be one.
   */
  submit(signal?: AbortSignal): Promise<BatchTrouble[]> {
    return this.#alone(async () => {
      const troubles: BatchTrouble[] = [];
      for (const batch of this.#parts.shelf.inState(this.#parts.connection, "waiting")) {
        const trouble = await this.#send(batch, signal);
        if (trouble) troubles.push(trouble);
      }
      return troubles;
    });
  }

  /**
   * Asks for what was sent and handles the results of what has ended. Returns the batches that ended and what could not be
   * asked for. Rejects with what `onResult` threw once all other results are handled; those that failed come again.
   */
  poll(signal?: AbortSignal): Promise<{ ended: string[]; troubles: BatchTrouble[] }> {
    return this.#alone(async () => {
      const ended: string[] = [];
      const troubles: BatchTrouble[] = [];
      const thrown: unknown[] = [];
      for (const batch of this.#parts.shelf.inState(this.#parts.connection, "submitted")) {
        const end = await this.#ask(batch, thrown, signal);
        if (end === "ended") ended.push(batch.id);
        else if (end !== "open") troubles.push(end);
      }
      if (thrown.length > 0) throw thrown[0];
      return { ended, troubles };
    });
  }

  /** Calls a batch off. What was not sent is canceled at once; of what was, the API says which requests were, by a later poll. */
  cancel(batchId: string, signal?: AbortSignal): Promise<CallFailure | null> {
    return this.#alone(async () => {
      const { shelf, connection } = this.#parts;
      const batch = shelf.get(batchId);
      if (!batch || batch.connection !== connection)
        return { code: "bad-request", message: `there is no batch ${batchId} on this connection` };
      if (batch.state === "waiting") this.#end(batch, { kind: "canceled" }, null);
      if (batch.state !== "submitted" || batch.apiId === null) return null;
      const { apiId } = batch;
      const answer = await this.#request(batch, ({ client }) => client.messages.batches.cancel(apiId, {}, { signal }));
      return answer.ok ? null : answer.trouble.failure;
    });
  }

  async #send(batch: StoredBatch, signal?: AbortSignal): Promise<BatchTrouble | null> {
    const { shelf, nowMs } = this.#parts;
    const requests = shelf.unanswered(batch.id).map((item) => this.#apiRequest(item));
    if (requests.length === 0) {
      shelf.close(batch.id, null, nowMs());
      return null;
    }
    const answer = await this.#request(batch, ({ client }) => client.messages.batches.create({ requests }, { signal }));
    if (answer.ok) {
      const apiId: unknown = (answer.value as { id?: unknown } | null)?.id;
      if (typeof apiId === "string" && /^[\w-]{1,200}$/.test(apiId)) {
        shelf.submitted(batch.id, apiId, nowMs());
        return null;
      }
      return { batchId: batch.id, failure: { code: "broken-answer", message: "the server named no batch" }, retryAfterMs: null };
    }
    const { failure } = answer.trouble;
    // Without a key, or with a wrong one, it waits for the right one; all else that another attempt cannot mend is final.
    if (!answer.final || failure.code === "auth" || failure.code === "no-key") return answer.trouble;
    const why = answer.status === 404 ? { ...failure, message: `this server takes no message batches (${failure.message})` } : failure;
    this.#end(batch, { kind: "errored", failure: why }, why);
    return { ...answer.trouble, failure: why };
  }

  async #ask(batch: StoredBatch, thrown: unknown[], signal?: AbortSignal): Promise<BatchTrouble | "ended" | "open"> {
    const { shelf, simulated, nowMs } = this.#parts;
    const apiId = batch.apiId ?? "";
    const asked = await this.#request(batch, ({ client }) => client.messages.batches.retrieve(apiId, {}, { signal }));
    if (!asked.ok) {
      if (asked.status !== 404) return asked.trouble;
      if (simulated) {
        shelf.waitAgain(batch.id);
        return "open";
      }
      // Another workspace's key does not find it either: only when nobody can have it any more is it given up.
      if (nowMs() - (batch.submittedAtMs ?? 0) > RESULTS_KEPT_MS) this.#end(batch, { kind: "expired" }, asked.trouble.failure);
      return asked.trouble;
    }
    if ((asked.value as { processing_status?: unknown } | null)?.processing_status !== "ended") return "open";
    const before = thrown.length;
    const read = await this.#request(batch, (connected) => this.#readResults(batch, connected, thrown, signal));
    if (!read.ok) return read.trouble;
    if (thrown.length > before) return "open";
    this.#end(batch, broken("the batch's results hold no readable line for this request"), null);
    return "ended";
  }

  /**
   * Not by the SDK's own `results`: that one ends at the first line that is not JSON, and sends the key to whatever address
   * the server names as the place of the results.
   */
  async #readResults(batch: StoredBatch, { client, apiKey }: Connected, thrown: unknown[], signal?: AbortSignal): Promise<void> {
    const path = `/v1/messages/batches/${encodeURIComponent(batch.apiId ?? "")}/results`;
    const response = await client.get(path, { signal, headers: { Accept: "application/binary" } }).asResponse();
    if (!response.body) throw new Error("the results have no body");
    const durationMs = Math.max(0, this.#parts.nowMs() - (batch.submittedAtMs ?? 0));
    for await (const line of linesOf(response.body)) {
      const read = line === "" ? null : readResultLine(line, { apiKey, durationMs });
      if (!read) continue;
      try {
        this.#keep(batch, read.customId, read.result);
      } catch (error) {
        thrown.push(error);
      }
    }
  }

  /** Gives all that have no result yet the same one, and closes the batch. */
  #end(batch: StoredBatch, result: BatchResult, failure: CallFailure | null): void {
    const { shelf, nowMs } = this.#parts;
    for (const { customId } of shelf.unanswered(batch.id)) this.#keep(batch, customId, result);
    shelf.close(batch.id, failure, nowMs());
  }

  #keep({ id, purpose }: StoredBatch, customId: string, result: BatchResult): void {
    const { shelf, onResult } = this.#parts;
    shelf.keepResult(id, customId, result, () => onResult({ batchId: id, purpose, customId, result }));
  }

  #apiRequest({ customId, request, identity }: StoredItem) {
    // The API's own place for whom a request is for; a batch has no headers for each.
    const metadata = this.#parts.simulated && identity !== null ? { metadata: { user_id: identity } } : {};
    return { custom_id: customId, params: { ...apiParams(request), ...metadata } as Anthropic.MessageCreateParamsNonStreaming };
  }

  async #request<T>(
    { id }: StoredBatch,
    send: (connected: Connected) => PromiseLike<T>,
  ): Promise<{ ok: true; value: T } | { ok: false; trouble: BatchTrouble; final: boolean; status: number | null }> {
    const connected = this.#parts.connect();
    if (!connected.ok)
      return { ok: false, trouble: { batchId: id, failure: connected.failure, retryAfterMs: null }, final: false, status: null };
    try {
      return { ok: true, value: await send(connected) };
    } catch (error) {
      const { failure, retryable, retryAfterMs }: Failed = readFailure(error);
      const message = withoutKeys(failure.message, connected.apiKey).slice(0, MESSAGE_LENGTH);
      const status = (error as { status?: unknown } | null)?.status;
      return {
        ok: false,
        trouble: { batchId: id, failure: { ...failure, message }, retryAfterMs },
        final: !retryable,
        status: typeof status === "number" ? status : null,
      };
    }
  }

  /** One after the other: two at once would send the same batch twice. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn;
    return turn;
  }
}
