/** Owns the simulated population's side of the Message Batches API: batches that have ended when they are asked for a second time. */
import { createHash } from "node:crypto";
import type { RequestBody } from "#main/models/simulated/learn.ts";
import { badRequestResponse, wholeMessage, type WireAnswer } from "#main/models/simulated/wire.ts";

const PATH = "/v1/messages/batches";
/** A batch has ended at this poll. */
const ENDED_AT_POLL = 2;
/** A batch has no clock of its own; the times in its answers are this one. */
const ANY_TIME = "2000-01-01T00:00:00Z";

interface BatchRequest {
  custom_id: string;
  params: RequestBody;
}

interface SimulatedBatch {
  id: string;
  requests: number;
  lines: string[];
  polls: number;
  canceled: boolean;
}

export class SimulatedBatches {
  #batches = new Map<string, SimulatedBatch>();
  #answer: (body: RequestBody, nowMs: number | null) => WireAnswer | string;

  /** `answer` gives a request's answer, or why it is refused. */
  constructor(answer: (body: RequestBody, nowMs: number | null) => WireAnswer | string) {
    this.#answer = answer;
  }

  /** Whether a path is one of theirs. */
  static answers(pathname: string): boolean {
    return pathname === PATH || pathname.startsWith(`${PATH}/`);
  }

  /** Answers one request of the API. Requests are answered when the batch comes in: their cells may be gone at its end. */
  respond(method: string, pathname: string, body: string | null, nowMs: number | null): Response {
    const [, id = "", action = ""] = pathname.slice(PATH.length).split("/");
    if (id === "")
      return method.toUpperCase() === "POST" ? this.#create(body ?? "{}", nowMs) : badRequestResponse("unknown", REQUEST_ID, 404);
    const batch = this.#batches.get(decodeURIComponent(id));
    if (!batch) return badRequestResponse(`Batch ${id.slice(0, 100)} not found.`, REQUEST_ID, 404);
    if (action === "cancel") {
      // What has ended stays as it is.
      if (batch.polls < ENDED_AT_POLL) batch.canceled = true;
      return described(batch);
    }
    if (action === "results") return results(batch);
    batch.polls += 1;
    return described(batch);
  }

  #create(body: string, nowMs: number | null): Response {
    const { requests = [] } = JSON.parse(body) as { requests?: BatchRequest[] };
    const lines = requests.map(({ custom_id, params }) => {
      const answer = this.#answer(params, nowMs);
      const result =
        typeof answer === "string"
          ? { type: "errored", error: { type: "error", error: { type: "invalid_request_error", message: answer }, request_id: REQUEST_ID } }
          : { type: "succeeded", message: wholeMessage(answer) };
      return JSON.stringify({ custom_id, result });
    });
    // Named by what is in it: after a restart an old name never stands for another batch.
    const id = `msgbatch_sim_${createHash("sha256").update(body).digest("hex").slice(0, 24)}`;
    const batch: SimulatedBatch = { id, requests: requests.length, lines, polls: 0, canceled: false };
    this.#batches.set(id, batch);
    return described(batch);
  }
}

const REQUEST_ID = "req_sim_batch";

function results(batch: SimulatedBatch): Response {
  if (batch.polls < ENDED_AT_POLL) return badRequestResponse("The batch has not ended.", REQUEST_ID, 404);
  const lines = batch.canceled
    ? batch.lines.map((line) => JSON.stringify({ custom_id: (JSON.parse(line) as BatchRequest).custom_id, result: { type: "canceled" } }))
    : batch.lines;
  return new Response(lines.map((line) => `${line}\n`).join(""), { headers: { "content-type": "application/x-jsonl" } });
}

function described({ id, requests, polls, canceled }: SimulatedBatch): Response {
  const ended = polls >= ENDED_AT_POLL;
  const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  counts[ended ? (canceled ? "canceled" : "succeeded") : "processing"] = requests;
  return Response.json({
    id,
    type: "message_batch",
    processing_status: ended ? "ended" : canceled ? "canceling" : "in_progress",
    request_counts: counts,
    created_at: ANY_TIME,
    expires_at: ANY_TIME,
    ended_at: ended ? ANY_TIME : null,
    archived_at: null,
    cancel_initiated_at: canceled ? ANY_TIME : null,
    results_url: ended ? `http://simulated.invalid${PATH}/${id}/results` : null,
  });
}
