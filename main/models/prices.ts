/** Owns what tokens cost: a dated price table that a person can replace; an unknown price is null with the reason, never 0. */
import { z } from "zod";
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import type { ModelRequest, Usage } from "#shared/run/messages.ts";
import { entryFor } from "#main/models/model-id.ts";
import { mostInputTokens } from "#main/models/windows.ts";

const perMillion = z.number().min(0);

/** US dollars per million tokens. A model id matches an entry it equals or starts with (then a dash and a date). */
export const priceTableSchema = z.object({
  format: z.literal("driftlab.prices"),
  version: z.literal(1),
  date: z.string().describe("The day the prices were looked up."),
  source: z.string(),
  models: z.record(z.string(), z.object({ input: perMillion, output: perMillion, cacheRead: perMillion, cacheWrite: perMillion })),
});

export type PriceTable = z.infer<typeof priceTableSchema>;

const price = (input: number, output: number, cacheRead: number) => ({ input, output, cacheRead, cacheWrite: input * 1.25 });

/** Cache writes are those of the five-minute cache. Models whose price depends on the prompt's length are left out: unknown. */
export const BUILT_IN_PRICES: PriceTable = {
  format: "driftlab.prices",
  version: 1,
  date: "2026-11-23",
  source: "https://platform.claude.com/docs/en/about-claude/pricing",
  models: {
    "claude-fable-5-1": price(10, 50, 0.25),
    "claude-fable-5": price(10, 50, 1),
    "claude-opus-5-5": price(4, 20, 0.2),
    "claude-opus-5": price(5, 25, 0.5),
    "claude-opus-4-8": price(5, 25, 0.5),
    "claude-opus-4-7": price(5, 25, 0.5),
    "claude-opus-4-6": price(5, 25, 0.5),
    "claude-opus-4-5": price(5, 25, 0.5),
    "claude-sonnet-5-5": price(2, 10, 0.1),
    "claude-sonnet-5": price(2, 10, 0.2),
    "claude-sonnet-4-6": price(3, 15, 0.3),
    "claude-sonnet-4-5": price(3, 15, 0.3),
    "claude-haiku-4-5": price(1, 5, 0.1),
    [SIMULATED_MODEL]: price(0, 0, 0),
  },
};

/** What a batch costs of the same calls made one by one: the Message Batches API's half price on input and output. */
export const BATCH_FACTOR = 0.5;

/** The cost of one call in US dollars; null where the served model's price, or what the call took, is not known. */
export function costUsd(table: PriceTable, servedModel: string, usage: Usage): number | null {
  const entry = entryFor(table.models, servedModel);
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  if (!entry || inputTokens === null || outputTokens === null || cacheReadTokens === null || cacheWriteTokens === null) return null;
  return (
    (inputTokens * entry.input + outputTokens * entry.output + cacheReadTokens * entry.cacheRead + cacheWriteTokens * entry.cacheWrite) /
    1_000_000
  );
}

/** Whether a model's calls can be priced before they are sent: its id, or the name of which it is a dated version, is listed. */
export function hasPrice(table: PriceTable, model: string): boolean {
  return entryFor(table.models, model) !== undefined;
}

/**
 * The most US dollars that one attempt at a call can cost; null where the model's price is not known. `max_tokens` at the output
 * price, plus the most input tokens (see `mostInputTokens`) at the dearest of the three prices that input can have. Holds where
 * the server answers with the model that was asked for, or a dated version of it at the same price.
 */
export function worstCaseUsd(table: PriceTable, request: ModelRequest): number | null {
  const entry = entryFor(table.models, request.model);
  if (!entry) return null;
  const dearest = Math.max(entry.input, entry.cacheWrite, entry.cacheRead);
  return (request.max_tokens * entry.output + mostInputTokens(request) * dearest) / 1_000_000;
}
