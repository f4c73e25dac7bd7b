/** Owns the price table in use: the built-in one, or a person's own `prices.json` beside the database. */
import { isUtf8 } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { notUtf8, parseJson } from "#shared/format/text.ts";
import { problemsAsLine } from "#shared/problem.ts";
import { BUILT_IN_PRICES, type PriceTable, priceTableSchema } from "#main/models/prices.ts";

export interface PricesInUse {
  table: PriceTable;
  /** The file they come from, or null for the built-in ones. */
  file: string | null;
  /** Why a file that is there could not be used. */
  problem: string | null;
}

const USED_INSTEAD = "Until then the built-in prices are used.";

/** Reads `prices.json` in the folder; a broken one is said and the built-in table used. */
export function readPrices(folder: string | null): PricesInUse {
  const builtIn: PricesInUse = { table: BUILT_IN_PRICES, file: null, problem: null };
  if (folder === null) return builtIn;
  const file = join(folder, "prices.json");
  if (!existsSync(file)) return builtIn;
  const bytes = readFileSync(file);
  if (!isUtf8(bytes)) return { ...builtIn, problem: `${notUtf8(file)} ${USED_INSTEAD}` };
  const parsed = parseJson(bytes.toString("utf8"), file);
  if (!parsed.ok) return { ...builtIn, problem: `${problemsAsLine(parsed.problems)} ${USED_INSTEAD}` };
  const table = priceTableSchema.safeParse(parsed.value);
  return table.success
    ? { table: table.data, file, problem: null }
    : { ...builtIn, problem: `${file} is not a price table (driftlab.prices 1). ${USED_INSTEAD}` };
}
