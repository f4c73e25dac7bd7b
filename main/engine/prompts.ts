/** Owns every text the engine itself puts before a model. Versioned: a change of wording is a change of the plan (M20). */
import type { Agent, Handoff, Org, Relay } from "#shared/org/schema.ts";
import type { ToolSpec } from "#shared/run/messages.ts";
import type { RunMode } from "#main/engine/mode.ts";

/** Raise this with any change below. */
export const PROMPTS_VERSION = "prompts/2";

/** The texts as templates, for the screen that shows what the engine says. */
export const PROMPT_TEXTS = {
  frame: "You are {name}, {role} in an organization called “{org}”. You work with colleagues by sending messages.",
  contacts: "You can write to: {contacts}. Use the send tool; whatever you write outside a tool call is seen by nobody.",
  noContacts: "You have no colleagues to write to.",
  delivers:
    "You hand back the organization’s result: when it is ready, submit it with the submit_deliverable tool. Submitting again replaces it.",
  instructions: "Your instructions:\n{instructions}",
  brief: "The brief that the organization was given:\n{brief}",
  start: "The work starts now. Act on the brief.",
  inbox: "Round {round}. New messages: {count}.",
  lastTurn:
    "There is no more mail and no more time. Submit the deliverable now, as well as you can with what you have; what you write is handed back as it stands.",
  soloFrame: "You are asked to carry out the following brief by yourself. What you write is handed back as the deliverable, as it stands.",
  rolePlay:
    "You carry out the work of a whole organization, “{org}”, by yourself. Play its members in turn, let each of them pass on what they would pass on, and hand back what the organization would hand back.\n\nIts members:\n\n{members}",
  rolePlayMember: "{name}, {role}. {contacts}\n{instructions}",
  budgetFrame:
    "You are asked to carry out the following brief by yourself, over several turns. Submit your result with the submit_deliverable tool; submitting again replaces it.",
  budgetGoOn:
    "You can write about {left} more tokens. Go on: look over what you have, improve it, and submit it again where it has become better.",
  summarise:
    "Your memory is nearly full. Summarize the conversation so far for yourself, so that you can go on from the summary alone: what you were asked, what you were told and by whom, what you sent and to whom, and every limit and condition that you were given. Write only the summary.",
  summary: "Your memory was full. This is your own summary of what came before:\n{summary}",
  cut: "Your answer was cut off at the token limit, so this call was not carried out. Repeat it, shorter.",
  unknownRecipient: "Not sent: {unknown} is not among the people you can write to ({contacts}).",
  badArguments: "Not carried out: {why}.",
  emptyMessage: "Not sent: the message is empty.",
  unknownTool: "There is no tool called {tool}.",
  sent: "Sent to {recipients}.",
  submitted: "Submitted.",
} as const;

type TextName = keyof typeof PROMPT_TEXTS;

/** Fills a template's {slots}. */
export function promptText(name: TextName, slots: Record<string, string> = {}): string {
  return PROMPT_TEXTS[name].replace(/\{(\w+)\}/g, (whole, slot: string) => slots[slot] ?? whole);
}

export interface Contact {
  edge: Handoff;
  agent: Agent;
}

/** The stable start of each of an agent's requests: who it is, its instructions, and the brief if it receives it. */
export function systemTexts(org: Org, agent: Agent, contacts: readonly Contact[], brief: string, mode: RunMode["kind"]): string[] {
  if (mode !== "org")
    return [promptText(mode === "budget" ? "budgetFrame" : "soloFrame"), ...instructionTexts(agent), promptText("brief", { brief })];
  const frame = [
    promptText("frame", { name: agent.name, role: agent.role === "" ? "a member" : agent.role, org: org.name }),
    contacts.length === 0
      ? promptText("noContacts")
      : promptText("contacts", { contacts: contacts.map((each) => contactWords(each, contacts)).join(", ") }),
    ...(agent.delivers ? [promptText("delivers")] : []),
  ].join("\n");
  return [frame, ...instructionTexts(agent), ...(agent.receivesBrief ? [promptText("brief", { brief })] : [])];
}

function instructionTexts(agent: Agent): string[] {
  return agent.instructions.trim() === "" ? [] : [promptText("instructions", { instructions: agent.instructions })];
}

function contactWords(contact: Contact, contacts: readonly Contact[]): string {
  const address = addressOf(contact, contacts);
  const { role } = contact.agent;
  return role === "" || role.toLowerCase() === contact.agent.name.toLowerCase() ? address : `${address} (${role})`;
}

/** What a sender writes to reach a contact: its name, or its id where two contacts share a name. */
export function addressOf(contact: Contact, contacts: readonly Contact[]): string {
  const { name, id } = contact.agent;
  return contacts.some((other) => other.agent.id !== id && other.agent.name === name) ? id : name;
}

/** The tools of an agent. The send tool's schema lists the allowed recipients. */
export function toolSpecs(contacts: readonly Contact[], delivers: boolean): ToolSpec[] {
  const tools: ToolSpec[] = [];
  if (contacts.length > 0)
    tools.push({
      name: "send",
      description: "Send a message to one or more colleagues.",
      input_schema: {
        type: "object",
        properties: {
          to: {
            type: "array",
            items: { type: "string", enum: contacts.map((each) => addressOf(each, contacts)) },
            minItems: 1,
            description: "Who receives it.",
          },
          text: { type: "string", description: "The message." },
        },
        required: ["to", "text"],
        additionalProperties: false,
      },
    });
  if (delivers)
    tools.push({
      name: "submit_deliverable",
      description: "Hand back the organization's result.",
      input_schema: {
        type: "object",
        properties: { text: { type: "string", description: "The whole deliverable." } },
        required: ["text"],
        additionalProperties: false,
      },
    });
  return tools;
}

const FENCE = "=====";

/** A message's words inside a block: a line that imitates our fence is pushed aside. */
function fenced(text: string): string {
  return text.replace(/^=====/gm, "> =====");
}

export interface ShownParts {
  from: string;
  written: string;
  relay: Relay;
  brief: string;
  /** The blocks the sender was shown in the turn in which it wrote this. */
  answering: readonly string[];
}

/** The exact block that is placed in the receiver's request for one message. */
export function shownBlock({ from, written, relay, brief, answering }: ShownParts): string {
  const parts: string[] = [];
  if (relay === "paraphrase+brief") parts.push(`${FENCE} The brief ${FENCE}\n${brief}\n${FENCE} End of the brief ${FENCE}`);
  if (relay === "verbatim") {
    const inbox = answering.length === 0 ? brief : answering.map((block) => fenced(block)).join("\n\n");
    parts.push(`${FENCE} What ${from} was answering, in full ${FENCE}\n${inbox}\n${FENCE} End of what ${from} was answering ${FENCE}`);
  }
  parts.push(`${FENCE} Message from ${from} ${FENCE}\n${fenced(written)}\n${FENCE} End of message ${FENCE}`);
  return parts.join("\n");
}
