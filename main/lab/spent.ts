/** Owns what counts against a cap in dollars: what is known, and the worst case of what is not. */
import { type PriceTable, worstCaseUsd } from "#main/models/prices.ts";
import type { Spender, SpendingTable } from "#main/store/spending.ts";
import { sumOrNull } from "#shared/run/messages.ts";

/** The most US dollars that a spender's calls can have cost so far; null where a price is not known. */
export function mostSpentUsd(spending: SpendingTable, spender: Spender, prices: PriceTable): number | null {
  const uncounted = spending.uncountedRequests(spender).map((request) => worstCaseUsd(prices, request));
  return uncounted.reduce(sumOrNull, spending.countedUsd(spender));
}
