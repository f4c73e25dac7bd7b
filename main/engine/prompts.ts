/** Owns every text the engine itself puts before a model. Versioned: a change of wording is a change of the plan (M20). */
import type { Agent, Handoff, Org, Relay } from "#shared/org/schema.ts";
import type { TextBlock, ToolSpec } from "#shared/run/messages.ts";
import { type PartOwner, type PromptPart, textOf } from "#shared/run/prompt-part.ts";
import type { RunMode } from "#main/engine/mode.ts";

/** Raise this with any change of what the engine says, tools and blocks among it; a test holds the hash of each version. */
export const PROMPTS_VERSION = "prompts/3";

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
  aMember: "a member",
  toIsNoList: '"to" must be a list of names',
  textIsNoText: '"text" must be a text',
  textIsNoDeliverable: '"text" must hold the deliverable',
  toolSend: "Send a message to one or more colleagues.",
  toolSendTo: "Who receives it.",
  toolSendText: "The message.",
  toolSubmit: "Hand back the organization's result.",
  toolSubmitText: "The whole deliverable.",
  blockOfBrief: "===== The brief =====\n{brief}\n===== End of the brief =====",
  blockAnswered: "===== What {from} was answering, in full =====\n{inbox}\n===== End of what {from} was answering =====",
  blockOfMessage: "===== Message from {from} =====\n{written}\n===== End of message =====",
} as const;

/** The tools by the names under which agents call them. */
export const TOOL_NAMES = { send: "send", submit: "submit_deliverable" } as const;

type TextName = keyof typeof PROMPT_TEXTS;

/** Fills a template's {slots}. */
export function promptText(name: TextName, slots: Slots = {}): string {
  return textOf(promptParts(name, slots));
}

/** What stands in a template's slots; a part where the words are not those of the slot's usual owner. */
type Slots = Record<string, string | PromptPart>;

/** Whose words stand in a slot as a rule; in one that is not named here, the engine's. */
const SLOT_OWNERS: Readonly<Record<string, PartOwner>> = {
  name: "design",
  role: "design",
  org: "design",
  contacts: "design",
  instructions: "design",
  members: "design",
  brief: "brief",
  written: "colleague",
};

/** A filled template in pieces, each with whose words it is. Slots are filled once: what stands in one is sent as it is. */
export function promptParts(name: TextName, slots: Slots = {}): PromptPart[] {
  // Split by a pattern with a group: every second piece is the name of a slot.
  const parts = PROMPT_TEXTS[name].split(/\{(\w+)\}/).map((piece, index): PromptPart => {
    const filling = index % 2 === 1 ? slots[piece] : undefined;
    if (filling === undefined) return { by: "engine", text: index % 2 === 1 ? `{${piece}}` : piece };
    return typeof filling === "string" ? { by: SLOT_OWNERS[piece] ?? "engine", text: filling } : filling;
  });
  return joined(parts);
}

/** Neighbours of one owner as one piece. */
function joined(parts: readonly PromptPart[]): PromptPart[] {
  const found: PromptPart[] = [];
  for (const { by, text } of parts) {
    const last = found.at(-1);
    if (last?.by === by) found[found.length - 1] = { by, text: last.text + text };
    else if (text !== "") found.push({ by, text });
  }
  return found;
}

export interface Contact {
  edge: Handoff;
  agent: Agent;
}

/** A block of the engine's own words. */
export function engineBlock(name: TextName, slots: Slots = {}): TextBlock {
  return { type: "text", text: promptText(name, slots), by: "engine" };
}

/** The stable start of each of an agent's requests: who it is, its instructions, and the brief if it receives it. */
export function systemBlocks(...of: SystemOf): TextBlock[] {
  const [frame, ...rest] = systemParts(...of).map((parts): TextBlock => ({ type: "text", text: textOf(parts) }));
  return [{ ...(frame as TextBlock), by: "engine" }, ...rest];
}

type SystemOf = [org: Org, agent: Agent, contacts: readonly Contact[], brief: string, mode: RunMode["kind"]];

/** The same texts in pieces, each with whose words it is; first the frame: who one is and to whom one can write. */
export function systemParts(...[org, agent, contacts, brief, mode]: SystemOf): PromptPart[][] {
  if (mode !== "org")
    return [promptParts(mode === "budget" ? "budgetFrame" : "soloFrame"), ...instructionParts(agent), promptParts("brief", { brief })];
  const role = agent.role === "" ? { by: "engine" as const, text: PROMPT_TEXTS.aMember } : agent.role;
  const frame = [
    promptParts("frame", { name: agent.name, role, org: org.name }),
    contacts.length === 0
      ? promptParts("noContacts")
      : promptParts("contacts", { contacts: contacts.map((each) => contactWords(each, contacts)).join(", ") }),
    ...(agent.delivers ? [promptParts("delivers")] : []),
  ].flatMap((line, index) => (index === 0 ? line : [NEW_LINE, ...line]));
  return [frame, ...instructionParts(agent), ...(agent.receivesBrief ? [promptParts("brief", { brief })] : [])];
}

const NEW_LINE: PromptPart = { by: "engine", text: "\n" };

function instructionParts(agent: Agent): PromptPart[][] {
  return agent.instructions.trim() === "" ? [] : [promptParts("instructions", { instructions: agent.instructions })];
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
      name: TOOL_NAMES.send,
      description: PROMPT_TEXTS.toolSend,
      input_schema: {
        type: "object",
        properties: {
          to: {
            type: "array",
            items: { type: "string", enum: contacts.map((each) => addressOf(each, contacts)) },
            minItems: 1,
            description: PROMPT_TEXTS.toolSendTo,
          },
          text: { type: "string", description: PROMPT_TEXTS.toolSendText },
        },
        required: ["to", "text"],
        additionalProperties: false,
      },
    });
  if (delivers)
    tools.push({
      name: TOOL_NAMES.submit,
      description: PROMPT_TEXTS.toolSubmit,
      input_schema: {
        type: "object",
        properties: { text: { type: "string", description: PROMPT_TEXTS.toolSubmitText } },
        required: ["text"],
        additionalProperties: false,
      },
    });
  return tools;
}

/** A message's words inside a block: a line that imitates a block's own is pushed aside. */
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
export function shownBlock(shown: ShownParts): string {
  return textOf(shownBlockParts(shown));
}

/** The same block in pieces, each with whose words it is. */
export function shownBlockParts({ from, written, relay, brief, answering }: ShownParts): PromptPart[] {
  const blocks: PromptPart[][] = [];
  if (relay === "paraphrase+brief") blocks.push(promptParts("blockOfBrief", { brief }));
  if (relay === "verbatim") {
    const inbox: PromptPart =
      answering.length === 0
        ? { by: "brief", text: brief }
        : { by: "colleague", text: answering.map((block) => fenced(block)).join("\n\n") };
    blocks.push(promptParts("blockAnswered", { from, inbox }));
  }
  blocks.push(promptParts("blockOfMessage", { from, written: fenced(written) }));
  return blocks.flatMap((block, index) => (index === 0 ? block : [NEW_LINE, ...block]));
}
