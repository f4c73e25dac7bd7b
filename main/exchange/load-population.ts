/** Owns how a population file comes in, for the command line and the form alike: version → migrate → parse. */
import { loadValue } from "#shared/format/load.ts";
import { type Population, populationFormat } from "#shared/population/schema.ts";
import type { Loaded } from "#shared/problem.ts";
import { parseText } from "#main/exchange/text-file.ts";

/** Reads a population from JSON or YAML. */
export function loadPopulation(text: string, name: string): Loaded<Population> {
  const parsed = parseText(text, name);
  return parsed.ok ? loadValue(populationFormat, parsed.value, name) : parsed;
}
