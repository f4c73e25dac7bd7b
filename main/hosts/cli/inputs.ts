/** Owns reading what a command line names: orgs, suites, populations, connections, solo arms, numbers. */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Baseline, BASELINES } from "#shared/experiment/plan.ts";
import { notUtf8 } from "#shared/format/text.ts";
import { type FamilySpec, generateOrg, readFamily } from "#shared/org/families.ts";
import { loadOrg } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import { DEFAULT_POPULATION, type Population } from "#shared/population/schema.ts";
import { problemsAsLine } from "#shared/problem.ts";
import { type ConnectionSpec, connectionSchema, hasUserInfo, NO_USER_INFO } from "#shared/run/connection.ts";
import type { Suite } from "#shared/task/schema.ts";
import { loadPopulation } from "#main/exchange/load-population.ts";
import { loadSuite } from "#main/exchange/load-suite.ts";
import { BadInput } from "#main/hosts/cli/exit.ts";
import { builtInSuites, preset, presets } from "#main/lab/library.ts";
import { suiteProblems } from "#main/lab/suite-problems.ts";

/** Reads a text file; a missing one, or one that is not UTF-8, is bad input, not a stack. */
export function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as { code?: string }).code;
    const why = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : (error as Error).message;
    throw new BadInput(`${file} cannot be read: ${why}.`);
  }
  if (!isUtf8(bytes)) throw new BadInput(notUtf8(file));
  return bytes.toString("utf8");
}

/** What a name of the form `family:KIND:SIZE:SEED` stands for; null for any other name. */
export function readFamilySpec(name: string): FamilySpec | null {
  if (!name.startsWith("family:")) return null;
  const read = readFamily(name);
  if (!read.ok) throw new BadInput(problemsAsLine(read.problems));
  return read.value;
}

/** An org by file, `preset:NAME` or `family:KIND:SIZE:SEED`. */
export function readOrg(name: string): Org {
  const family = readFamilySpec(name);
  if (family) return generateOrg(family);
  if (name.startsWith("preset:")) {
    const org = preset(name.slice("preset:".length));
    if (!org)
      throw new BadInput(
        `There is no preset "${name.slice(7)}"; there are ${presets()
          .map((each) => each.name)
          .join(", ")}.`,
      );
    return org;
  }
  const loaded = loadOrg(readText(name), basename(name));
  if (!loaded.ok) throw new BadInput(problemsAsLine(loaded.problems));
  return loaded.value;
}

/** A suite by its built-in id or by file. */
export function readSuite(name: string): Suite {
  const builtIn = builtInSuites().find((suite) => suite.id === name);
  if (builtIn) return builtIn;
  if (!/[./\\]/.test(name))
    throw new BadInput(
      `There is no suite "${name}"; there is ${builtInSuites()
        .map((suite) => suite.id)
        .join(", ")}, or name a file.`,
    );
  const loaded = loadSuite(readText(name), basename(name));
  if (!loaded.ok) throw new BadInput(problemsAsLine(loaded.problems));
  const errors = suiteProblems(loaded.value).filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new BadInput(problemsAsLine(errors));
  return loaded.value;
}

export function readPopulation(file: string | undefined): Population {
  if (file === undefined) return DEFAULT_POPULATION;
  const loaded = loadPopulation(readText(file), basename(file));
  if (!loaded.ok) throw new BadInput(problemsAsLine(loaded.problems));
  return loaded.value;
}

/** `simulated`, `anthropic`, or the base URL of a compatible server. */
export function readConnection(name: string): ConnectionSpec {
  if (name === "simulated" || name === "anthropic") return { kind: name };
  // Not repeated: the terminal's history is no place for a password.
  if (hasUserInfo(name)) throw new BadInput(`The address given to --connection ${NO_USER_INFO}.`);
  const parsed = connectionSchema.safeParse({ kind: "compatible", baseUrl: name.replace(/\/+$/, "").replace(/\/v1$/, "") });
  if (!parsed.success)
    throw new BadInput(`--connection takes simulated, anthropic, or a base URL such as http://localhost:11434; got "${name}".`);
  return parsed.data;
}

/** A whole number of at least `least`. */
export function readCount(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
    throw new BadInput(`${flag} takes a whole number from ${least}; got "${text}".`);
  return value;
}

/** An amount of US dollars above 0. */
export function readUsd(flag: string, text: string): number {
  const value = Number(text);
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text) || !Number.isFinite(value) || value <= 0)
    throw new BadInput(`${flag} takes an amount of US dollars above 0, such as 2.50; got "${text}".`);
  return value;
}

/** A comma list of solo baselines, or `none`. */
export function readSolos(text: string): Baseline[] {
  if (text.trim() === "none") return [];
  return text.split(",").map((word) => {
    const found = BASELINES.find((each) => each === word.trim());
    if (!found) throw new BadInput(`--solo takes a list of ${BASELINES.join(", ")}, or none; got "${word.trim()}".`);
    return found;
  });
}

/** A port; 0 takes a free one. */
export function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new BadInput(`--port takes a whole number from 0 to 65535; got "${text}".`);
  return Number(text);
}
