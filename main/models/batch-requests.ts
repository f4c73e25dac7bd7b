/** Owns what a batch may hold: the rules for its requests' ids, its most requests and bytes, and the splitting that follows. */
import { type CallIdentity, identityText, type ModelRequest } from "#shared/run/messages.ts";

/** The API's limits on one batch: https://platform.claude.com/docs/en/build-with-claude/batch-processing#batch-limitations */
export const BATCH_LIMITS: BatchLimits = { requests: 100_000, bytes: 256_000_000 };

export interface BatchLimits {
  requests: number;
  bytes: number;
}

export interface BatchItem {
  /** 1 to 64 of the letters a–z and A–Z, digits, _ and -; unique among what is enqueued with it. */
  customId: string;
  request: ModelRequest;
  /** Which call it is, for the simulated population; never sent elsewhere. */
  identity?: CallIdentity;
}

export interface StoredItem {
  customId: string;
  request: ModelRequest;
  identity: string | null;
}

/** Shares items out over as few batches as their order and the limits allow; `apiRequest` gives an item as it is sent. */
export function splitIntoBatches(
  items: readonly BatchItem[],
  limits: BatchLimits,
  apiRequest: (item: StoredItem) => object,
): { ok: true; groups: StoredItem[][] } | { ok: false; problem: string } {
  const problem = customIdProblem(items);
  if (problem !== null) return { ok: false, problem };
  const groups: StoredItem[][] = [];
  let bytes = 0;
  for (const { customId, request, identity } of items) {
    const item = { customId, request, identity: identity ? identityText(identity) : null };
    const size = Buffer.byteLength(JSON.stringify(apiRequest(item))) + 1;
    if (size + ENVELOPE_BYTES > limits.bytes)
      return {
        ok: false,
        problem: `The request “${customId}” has ${size} bytes; a batch may have ${limits.bytes}. Send it by itself, or shorten it.`,
      };
    const open = groups.at(-1);
    if (!open || open.length >= limits.requests || bytes + size > limits.bytes) {
      groups.push([item]);
      bytes = ENVELOPE_BYTES + size;
    } else {
      open.push(item);
      bytes += size;
    }
  }
  return { ok: true, groups };
}

/** The braces and the name around a batch's requests. */
const ENVELOPE_BYTES = Buffer.byteLength('{"requests":[]}');

function customIdProblem(items: readonly BatchItem[]): string | null {
  if (items.length === 0) return "There are no requests to send. Name at least one.";
  const seen = new Set<string>();
  for (const { customId } of items) {
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(customId))
      return `The request id “${customId.slice(0, 100)}” cannot be sent in a batch: use 1 to 64 of the letters a–z and A–Z, digits, _ and -.`;
    if (seen.has(customId)) return `The request id “${customId}” stands there twice. Give each request of a batch an id of its own.`;
    seen.add(customId);
  }
  return null;
}
