/** Owns what keeps the form of a new experiment from starting, and what is worth knowing before it does. Pure. */
import type { Problem } from "#shared/problem.ts";
import type { ForecastInfo } from "#shared/rpc/experiment-types.ts";
import type { KeyStatus } from "#shared/rpc/app-types.ts";
import { ADDRESS, capsOf, type FormState, variesModel } from "#renderer/state/experiment-form.ts";
import { count, plural } from "#renderer/ui/words.ts";

/** Fields of the form that can be gone to; each is the id of its element, after `form-`. */
export type FieldId = "orgs" | "suite" | "tasks" | "repeats" | "seed" | "vary" | "base-url" | "model" | "tokens-cap" | "usd-cap" | "odds";

/** Where a notice can be seen to: a field, the key under Settings, or an org in the Design place. */
export type Goal = { to: "field"; field: FieldId } | { to: "key" } | { to: "org"; id: string };

export interface Notice {
  message: string;
  goal: Goal | null;
}

export interface Readiness {
  /** Before it can start. */
  before: Notice[];
  worthKnowing: Notice[];
}

export interface ReadinessInput {
  form: FormState;
  /** What fields take that hold something else just now. */
  unfit: Partial<Record<FieldId, string | null>>;
  /** Who writes in the chosen orgs. */
  /** Why there is no forecast. */
  problems: readonly Problem[];
  forecast: ForecastInfo | null;
  keyStatus: KeyStatus;
  readOnly: boolean;
}

/** What a field is called in a sentence. */
const FIELD_WORDS: Partial<Record<FieldId, string>> = {
  repeats: "Repeats",
  seed: "Seed",
  "tokens-cap": "Hard cap on output tokens",
  "usd-cap": "Hard cap in US dollars",
  odds: "The population’s odds",
};

/** Which field a problem of the plan is about; what is not here is about the orgs. */
const FIELD_OF: Record<string, FieldId> = {
  "no-suite": "suite",
  "no-such-task": "tasks",
  "no-tasks": "tasks",
  "bad-repeats": "repeats",
  "bad-seed": "seed",
  "bad-sweep": "vary",
  "axis-twice": "vary",
  "no-family": "vary",
  "bad-share": "vary",
  "edge-unclear": "vary",
  "no-variant": "vary",
  "share-of-nobody": "vary",
  "too-few-variants": "vary",
  "model-simulated": "vary",
  "model-twice": "model",
};

export function readinessOf(input: ReadinessInput): Readiness {
  return { before: once(beforeStart(input)), worthKnowing: once(worthKnowing(input)) };
}

function beforeStart({ form, unfit, problems, forecast, keyStatus, readOnly }: ReadinessInput): Notice[] {
  const found: Notice[] = [];
  if (readOnly) found.push({ message: "The database is open read-only, so nothing can be started.", goal: null });
  if (form.orgs.length === 0) found.push(at("orgs", "Choose an org."));
  if (form.suiteId === "") found.push(at("suite", "Choose a suite of tasks."));
  for (const [field, why] of Object.entries(unfit) as [FieldId, string | null][])
    if (why !== null) found.push(at(field, `${FIELD_WORDS[field] ?? field}: ${lowerFirst(why)}`));
  if (form.connection === "compatible") {
    if (!ADDRESS.test(form.baseUrl)) found.push(at("base-url", "Give the address of your server, such as http://localhost:11434."));
    if (form.ownModel.trim() === "" && !variesModel(form)) found.push(at("model", "Name a model on your server."));
  }
  if (form.connection === "anthropic" && keyStatus === "none")
    found.push({ message: "The Anthropic API needs a key: type one in under Settings.", goal: { to: "key" } });
  // That a pilot is needed is said apart, with the way to run one.
  for (const problem of problems) if (problem.code !== "no-pilot") found.push(at(FIELD_OF[problem.code] ?? "orgs", problem.message));
  const unpriced = forecast?.unpriced ?? [];
  if (capsOf(form).usd !== null && unpriced.length > 0)
    found.push(
      at(
        "usd-cap",
        `The price of ${unpriced.join(", ")} is not known, so a cap in dollars cannot hold. Add it to the prices (Settings says where), or cap output tokens instead.`,
      ),
    );
  return found;
}

function worthKnowing({ form, forecast }: ReadinessInput): Notice[] {
  if (!forecast) return [];
  const caps = capsOf(form);
  const found: Notice[] = [];
  const { outputTokens, usd } = forecast;
  if (caps.outputTokens !== null && caps.outputTokens < outputTokens.low)
    found.push(
      at(
        "tokens-cap",
        `The cap of ${plural(caps.outputTokens, "output token")} is below the least this can take (${count(outputTokens.low)}): it will stop at the cap, unfinished.`,
      ),
    );
  if (caps.usd !== null && usd !== null && caps.usd < usd.low)
    found.push(
      at(
        "usd-cap",
        `The cap of $${caps.usd.toFixed(2)} is below the least this can cost ($${usd.low.toFixed(2)}): it will stop at the cap, unfinished.`,
      ),
    );
  for (const { orgId, name, messages } of forecast.orgWarnings) {
    const more = messages.length - 1;
    const rest = more > 0 ? ` And ${count(more)} more.` : "";
    found.push({ message: `“${name}”: ${messages[0] ?? ""}${rest}`, goal: { to: "org", id: orgId } });
  }
  for (const message of forecast.strays) found.push(at("odds", message));
  return found;
}

function at(field: FieldId, message: string): Notice {
  return { message, goal: { to: "field", field } };
}

function once(notices: readonly Notice[]): Notice[] {
  return notices.filter((each, index) => notices.findIndex(({ message }) => message === each.message) === index);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
