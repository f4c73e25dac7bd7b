/** Owns which columns the tables of agents and handoffs have, and what a change in each does to the design. Pure. */
import { whyNotConnect } from "#shared/org/create.ts";
import { type Agent, EFFORTS, type Handoff, type Org, RELAYS, resolvedSettings, type Settings } from "#shared/org/schema.ts";
import { relayWords } from "#renderer/canvas/view-model.ts";
import { handoffName, nameOf, setAgent, setHandoff } from "#renderer/design/edits.ts";
import type { CellEdit, CellValue, Column } from "#renderer/design/table/grid-view-model.ts";

/** Most signs of a name or a role. */
const NAME = 200;

function words(value: CellValue): string {
  return String(value);
}

function set<K extends keyof Agent & string>(org: Org, agent: Agent, field: K, value: Agent[K]): CellEdit {
  return { ok: true, edit: setAgent(org, agent.id, field, value) };
}

function withSetting<K extends keyof Settings>(org: Org, agent: Agent, field: K, value: Settings[K] | undefined): CellEdit {
  const { [field]: _, ...rest } = agent.settings;
  return set(org, agent, "settings", (value === undefined ? rest : { ...rest, [field]: value }) as Settings);
}

function check(id: "receivesBrief" | "delivers" | "memory", title: string): Column<Agent> {
  return {
    id,
    title,
    kind: "check",
    width: 62,
    value: (agent) => agent[id],
    edit: (agent, value, org) => set(org, agent, id, value === true),
  };
}

export const AGENT_COLUMNS: readonly Column<Agent>[] = [
  {
    id: "name",
    title: "Name",
    kind: "text",
    width: 130,
    value: (agent) => agent.name,
    edit: (agent, value, org) => {
      const name = words(value).trim();
      if (name === "") return { ok: false, why: "An agent needs a name; colleagues tell each other apart by it." };
      return set(org, agent, "name", name.slice(0, NAME));
    },
  },
  {
    id: "role",
    title: "Role",
    kind: "text",
    width: 100,
    value: (agent) => agent.role,
    edit: (agent, value, org) => set(org, agent, "role", words(value).trim().slice(0, NAME)),
  },
  {
    id: "instructions",
    title: "Instructions",
    kind: "long",
    width: 230,
    value: (agent) => agent.instructions,
    edit: (agent, value, org) => set(org, agent, "instructions", words(value)),
  },
  check("receivesBrief", "Brief"),
  check("delivers", "Delivers"),
  check("memory", "Memory"),
  {
    id: "model",
    title: "Model",
    kind: "text",
    width: 138,
    value: (agent) => agent.model ?? "",
    fallback: (_agent, org) => org.defaults.model,
    edit: (agent, value, org) => set(org, agent, "model", words(value).trim() === "" ? null : words(value).trim()),
  },
  {
    id: "maxOutputTokens",
    title: "Most tokens",
    kind: "text",
    width: 84,
    value: (agent) => (agent.settings.maxOutputTokens === undefined ? "" : String(agent.settings.maxOutputTokens)),
    fallback: (agent, org) => String(resolvedSettings(org, { ...agent, settings: {} }).settings.maxOutputTokens),
    edit: (agent, value, org) => {
      const text = words(value).trim().replace(/,/g, "");
      if (text === "") return withSetting(org, agent, "maxOutputTokens", undefined);
      const tokens = Number(text);
      if (!/^\d+$/.test(text) || tokens < 1 || tokens > 1_000_000)
        return { ok: false, why: `Most tokens of an answer is a whole number from 1 to 1,000,000; "${words(value)}" is not.` };
      return withSetting(org, agent, "maxOutputTokens", tokens);
    },
  },
  {
    id: "effort",
    title: "Effort",
    kind: "choice",
    width: 76,
    value: (agent) => agent.settings.effort ?? "",
    fallback: (_agent, org) => org.defaults.settings.effort ?? "default",
    choices: () => [{ value: "", label: "" }, ...EFFORTS.map((effort) => ({ value: effort, label: effort }))],
    edit: (agent, value, org) =>
      withSetting(
        org,
        agent,
        "effort",
        EFFORTS.find((effort) => effort === value),
      ),
  },
];

/** Agents to choose from, made once for a design: every cell of two columns asks for them. */
const AGENTS = new WeakMap<Org, { value: string; label: string }[]>();

function agentChoices(org: Org): { value: string; label: string }[] {
  const known = AGENTS.get(org);
  if (known) return known;
  const made = org.agents.map((agent) => ({ value: agent.id, label: agent.name }));
  AGENTS.set(org, made);
  return made;
}

function end(id: "source" | "target", title: string): Column<Handoff> {
  return {
    id,
    title,
    kind: "choice",
    width: 180,
    value: (handoff) => handoff[id],
    choices: agentChoices,
    edit: (handoff, value, org) => {
      const others = { ...org, handoffs: org.handoffs.filter((each) => each.id !== handoff.id) };
      const next = { ...handoff, [id]: words(value) };
      const why = whyNotConnect(others, next.source, next.target);
      if (why) return { ok: false, why };
      const edit = setHandoff(org, handoff.id, id, words(value));
      return {
        ok: true,
        edit: { ...edit, name: `lead ${handoffName(org, handoff.id)} ${id === "source" ? "from" : "to"} ${nameOf(org, words(value))}` },
      };
    },
  };
}

export const HANDOFF_COLUMNS: readonly Column<Handoff>[] = [
  end("source", "From"),
  end("target", "To"),
  {
    id: "relay",
    title: "What travels",
    kind: "choice",
    width: 170,
    value: (handoff) => handoff.relay,
    choices: () => RELAYS.map((relay) => ({ value: relay, label: relayWords(relay) })),
    edit: (handoff, value, org) => {
      const relay = RELAYS.find((each) => each === value);
      if (!relay) return { ok: false, why: `There is no way to hand off called "${words(value)}"; choose one of the list.` };
      return { ok: true, edit: setHandoff(org, handoff.id, "relay", relay) };
    },
  },
  {
    id: "label",
    title: "Label",
    kind: "text",
    width: 200,
    value: (handoff) => handoff.label,
    edit: (handoff, value, org) => ({ ok: true, edit: setHandoff(org, handoff.id, "label", words(value)) }),
  },
  {
    id: "kind",
    title: "Kind",
    kind: "text",
    width: 100,
    value: (handoff) => handoff.kind,
  },
];
