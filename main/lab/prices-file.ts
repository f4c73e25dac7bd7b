/** Owns the price table in use: the built-in one, or a person's own `prices.json` beside the database. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "#shared/format/text.ts";
import { BUILT_IN_PRICES, type PriceTable, priceTableSchema } from "#main/models/prices.ts";

export interface PricesInUse {
  table: PriceTable;
  /** The file they come from, or null for the built-in ones. */
  file: string | null;
  /** Why a file that is there could not be used. */
  problem: string | null;
}

/** Reads `prices.json` in the folder; a broken one is said and the built-in table used. */
export function readPrices(folder: string | null): PricesInUse {
  const builtIn: PricesInUse = { table: BUILT_IN_PRICES, file: null, problem: null };
  if (folder === null) return builtIn;
  const file = join(folder, "prices.json");
  if (!existsSync(file)) return builtIn;
  const parsed = parseJson(readFileSync(file, "utf8"), file);
  if (!parsed.ok) return { ...builtIn, problem: parsed.problems[0]?.message ?? null };
  const table = priceTableSchema.safeParse(parsed.value);
  return table.success
    ? { table: table.data, file, problem: null }
    : { ...builtIn, problem: `${file} is not a price table (driftlab.prices 1); the built-in prices are used.` };
}
