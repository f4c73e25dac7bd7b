/** Owns how commands on a design are done: when each can be, and what it does. Titles and keys are in the one list. */
import { whyNotConnect } from "#shared/org/create.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import type { CommandId } from "#shared/ui/commands.ts";
import { STYLES, USUAL_SIZE } from "#renderer/canvas/layout/elk-graph.ts";
import { freeSpot } from "#renderer/canvas/layout/free-spot.ts";
import { isLocked } from "#renderer/canvas/layout/place.ts";
import { align, distribute, LINES, nudge, toggleMark } from "#renderer/design/arrange.ts";
import { copySelection, pasteFromSystem } from "#renderer/design/clipboard.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { addAgentAfter, connect, duplicate, nameOf, remove, reverse, ROLE_OFFERS, setAgent, setHandoff } from "#renderer/design/edits.ts";
import { addNote, groupName, groupsOf, makeGroup, renameGroup, toggleCollapsed, ungroup } from "#renderer/design/groups.ts";
import { layOut } from "#renderer/design/lay-out.ts";
import type { DesignView } from "#renderer/design/views.ts";
import { whyNotReattach } from "#renderer/design/wiring.ts";

export interface Doing {
  when(desk: DesignDesk): boolean;
  run(desk: DesignDesk): void;
}

/** One step by an arrow key, in canvas units: that of the grid one drags on. */
const STEP = 10;
const FAR = 100;
/** About what a note of two lines takes up, in canvas units. */
const NOTE_SIZE = { width: 200, height: 60 };

const anything = (desk: DesignDesk) => desk.org !== null;
const writable = (desk: DesignDesk) => desk.org !== null && !desk.readOnly;
const agentsSelected = (least: number) => (desk: DesignDesk) => writable(desk) && desk.selection.agents.length >= least;
const oneHandoff = (desk: DesignDesk) => writable(desk) && desk.selection.handoffs.length === 1 && desk.selection.agents.length === 0;
const oneAgent = (desk: DesignDesk) => writable(desk) && desk.selection.agents.length === 1;
const groupSelected = (desk: DesignDesk) => writable(desk) && selectedGroups(desk).length > 0;

function selectedGroups(desk: DesignDesk) {
  return desk.org ? groupsOf(desk.org, desk.selection.agents) : [];
}

/** Does something with the design as it is now. */
function withOrg(act: (desk: DesignDesk, org: Org) => void): (desk: DesignDesk) => void {
  return (desk) => {
    if (desk.org) act(desk, desk.org);
  };
}

function show(view: DesignView): Doing {
  return {
    when: (desk) => anything(desk) && desk.store.getState().shows !== view,
    run: (desk) => desk.store.setState({ shows: view }),
  };
}

function arrow(x: number, y: number): Doing {
  return {
    when: (desk) => writable(desk) && desk.selection.agents.length + desk.selection.notes.length > 0,
    run: withOrg((desk, org) => {
      const edit = nudge(org, desk.selection, { x, y });
      if (!edit) desk.say("What is selected is locked; unlock it to move it.");
      desk.do(edit);
    }),
  };
}

function deleteSelected(desk: DesignDesk, org: Org): void {
  const { agents, handoffs, notes } = desk.selection;
  const locked = org.agents.filter((agent) => agents.includes(agent.id) && isLocked(agent));
  const names = locked.map((agent) => agent.name).join(", ");
  if (locked.length > 0)
    desk.say(`${names} ${locked.length === 1 ? "is locked and stays; unlock it" : "are locked and stay; unlock them"} to delete.`);
  const rest = agents.filter((id) => !locked.some((agent) => agent.id === id));
  if (rest.length + handoffs.length + notes.length > 0) desk.do(remove(org, rest, handoffs, notes));
}

function rename(desk: DesignDesk, org: Org): void {
  const { agents, handoffs, notes } = desk.selection;
  const [agentId] = agents;
  const [handoffId] = handoffs;
  const [noteId] = notes;
  const [group] = selectedGroups(desk);
  if (agentId && agents.length === 1)
    desk.ask({
      kind: "text",
      title: `Rename ${nameOf(org, agentId)}`,
      label: "Name",
      value: nameOf(org, agentId),
      mayBeEmpty: false,
      onAnswer: (name) => {
        const { coalesce: _, ...edit } = setAgent(desk.org ?? org, agentId, "name", name);
        desk.do({ ...edit, name: `rename ${nameOf(org, agentId)} to ${name}`, said: `Renamed to ${name}` });
      },
    });
  else if (group)
    desk.ask({
      kind: "text",
      title: `Rename ${groupName(group)}`,
      label: "Label of the group",
      value: group.label,
      mayBeEmpty: false,
      onAnswer: (label) => void desk.do(renameGroup(group, label)),
    });
  else if (handoffId)
    desk.ask({
      kind: "text",
      title: "Label of the handoff",
      label: "Label; no agent sees it",
      value: org.handoffs.find((each) => each.id === handoffId)?.label ?? "",
      mayBeEmpty: true,
      onAnswer: (label) => void desk.do({ ...setHandoff(desk.org ?? org, handoffId, "label", label), said: "Label changed" }),
    });
  else if (noteId) desk.write(noteId);
}

function askAgent(desk: DesignDesk, title: string, agents: readonly Agent[], none: string, onAnswer: (id: string) => void): void {
  if (agents.length === 0) desk.say(none);
  else desk.ask({ kind: "agent", title, agents, onAnswer });
}

function connectTo(desk: DesignDesk, org: Org): void {
  const [from] = desk.selection.agents;
  if (!from) return;
  askAgent(
    desk,
    `Connect ${nameOf(org, from)} to…`,
    org.agents.filter((agent) => whyNotConnect(org, from, agent.id) === null),
    `${nameOf(org, from)} already hands off to everybody else.`,
    (to) => {
      if (desk.org) desk.do(connect(desk.org, from, to).edit);
    },
  );
}

function otherEnd(end: "source" | "target"): Doing {
  return {
    when: oneHandoff,
    run: withOrg((desk, org) => {
      const [id] = desk.selection.handoffs;
      if (!id) return;
      askAgent(
        desk,
        end === "source" ? "Who is to send it?" : "Who is to receive it?",
        org.agents.filter((agent) => whyNotReattach(org, id, end, agent.id) === null),
        "No other agent can take this end of the handoff.",
        (agentId) => desk.reattach(id, end, agentId),
      );
    }),
  };
}

function afterThis(desk: DesignDesk, org: Org): void {
  const source = org.agents.find((agent) => agent.id === desk.selection.agents[0]);
  if (!source) return;
  const { edit, agent } = addAgentAfter(org, source.id, { x: source.position.x + 320, y: source.position.y });
  if (!desk.do(edit)) return;
  desk.select({ agents: [agent.id], handoffs: [] });
  setTimeout(() => desk.view?.show([source.id, agent.id]), 50);
}

const adds = Object.fromEntries(
  ROLE_OFFERS.map((offer) => [`add-${offer.role}`, { when: writable, run: (desk: DesignDesk) => desk.add(offer, null) }]),
);
const aligns = Object.fromEntries(
  LINES.map((line) => [
    `align-${line}`,
    {
      when: agentsSelected(2),
      run: withOrg((desk, org) => void desk.do(align(org, desk.selection.agents, line, desk.view?.sizes() ?? new Map()))),
    },
  ]),
);
const layouts = Object.fromEntries(
  STYLES.map((style) => [
    `layout-${style}`,
    {
      when: (desk: DesignDesk) => writable(desk) && (desk.org?.agents.length ?? 0) > 0,
      run: (desk: DesignDesk) => void layOut(desk, style),
    },
  ]),
);

/** How each command on a design is done; those of the app as a whole are elsewhere. */
export const DESIGN_DOINGS: Readonly<Partial<Record<CommandId, Doing>>> = {
  ...adds,
  ...aligns,
  ...layouts,
  undo: { when: (desk) => writable(desk) && desk.draft.store.getState().undo.length > 0, run: (desk) => void desk.draft.undo() },
  redo: { when: (desk) => writable(desk) && desk.draft.store.getState().redo.length > 0, run: (desk) => void desk.draft.redo() },
  copy: {
    when: (desk) => anything(desk) && desk.selection.agents.length + desk.selection.notes.length > 0,
    run: (desk) => void copySelection(desk, false),
  },
  cut: {
    when: (desk) => writable(desk) && desk.selection.agents.length + desk.selection.notes.length > 0,
    run: (desk) => void copySelection(desk, true),
  },
  paste: { when: writable, run: (desk) => void pasteFromSystem(desk) },
  duplicate: {
    when: (desk) => writable(desk) && desk.selection.agents.length + desk.selection.notes.length > 0,
    run: withOrg((desk, org) => {
      const copy = duplicate(org, desk.selection.agents, desk.selection.notes);
      if (desk.do(copy.edit)) desk.select({ agents: copy.agents, handoffs: [], notes: copy.notes });
    }),
  },
  delete: {
    when: (desk) => writable(desk) && Object.values(desk.selection).some((ids) => ids.length > 0),
    run: withOrg(deleteSelected),
  },
  "select-all": {
    when: anything,
    run: withOrg((desk, org) =>
      desk.select({
        agents: org.agents.map((agent) => agent.id),
        handoffs: org.handoffs.map((handoff) => handoff.id),
        notes: org.notes.map((note) => note.id),
      }),
    ),
  },
  "select-none": {
    when: (desk) =>
      anything(desk) && (desk.store.getState().highlight.length > 0 || Object.values(desk.selection).some((ids) => ids.length > 0)),
    run: (desk) => desk.select({ agents: [], handoffs: [] }),
  },
  rename: {
    when: (desk) => oneAgent(desk) || oneHandoff(desk) || groupSelected(desk) || (writable(desk) && desk.selection.notes.length === 1),
    run: withOrg(rename),
  },
  find: {
    when: anything,
    run: withOrg((desk, org) =>
      askAgent(desk, "Find an agent", org.agents, "There are no agents yet; add one first.", (id) => {
        desk.select({ agents: [id], handoffs: [] });
        desk.view?.show([id]);
        if (desk.org) desk.draft.say(`${nameOf(desk.org, id)} selected`);
      }),
    ),
  },
  "add-after": { when: oneAgent, run: withOrg(afterThis) },
  insert: {
    when: oneHandoff,
    run: (desk) => {
      const [id] = desk.selection.handoffs;
      const offer = ROLE_OFFERS.at(-1);
      if (id && offer) desk.insert(id, offer, null);
    },
  },
  note: {
    // Who types on while the new note has not yet got the keys does not mean another.
    when: (desk) => writable(desk) && desk.store.getState().writing === null,
    run: withOrg((desk, org) => {
      const sizes = desk.view?.sizes();
      const agents = org.agents.map(({ id, position }) => ({ ...position, ...(sizes?.get(id) ?? USUAL_SIZE) }));
      const spot = freeSpot({ ...(desk.view?.middle() ?? { x: 0, y: 0 }), ...NOTE_SIZE }, agents, 20);
      const { edit, id } = addNote(org, spot);
      if (!desk.do(edit)) return;
      desk.select({ agents: [], handoffs: [], notes: [id] });
      desk.write(id);
    }),
  },
  connect: { when: oneAgent, run: withOrg(connectTo) },
  reverse: {
    when: oneHandoff,
    run: withOrg((desk, org) => {
      const handoff = org.handoffs.find((each) => each.id === desk.selection.handoffs[0]);
      const why = handoff && whyNotConnect(org, handoff.target, handoff.source);
      if (why) desk.say(`It cannot be reversed: ${why}`);
      else if (handoff) desk.do(reverse(org, handoff.id));
    }),
  },
  "new-receiver": otherEnd("target"),
  "new-sender": otherEnd("source"),
  "distribute-x": {
    when: agentsSelected(3),
    run: withOrg((desk, org) => void desk.do(distribute(org, desk.selection.agents, "x", desk.view?.sizes() ?? new Map()))),
  },
  "distribute-y": {
    when: agentsSelected(3),
    run: withOrg((desk, org) => void desk.do(distribute(org, desk.selection.agents, "y", desk.view?.sizes() ?? new Map()))),
  },
  group: { when: agentsSelected(1), run: withOrg((desk, org) => void desk.do(makeGroup(org, desk.selection.agents)?.edit)) },
  ungroup: { when: groupSelected, run: withOrg((desk, org) => void desk.do(ungroup(org, selectedGroups(desk)))) },
  collapse: { when: groupSelected, run: (desk) => void desk.do(toggleCollapsed(selectedGroups(desk))) },
  lock: { when: agentsSelected(1), run: withOrg((desk, org) => void desk.do(toggleMark(org, desk.selection.agents, "locked"))) },
  pin: { when: agentsSelected(1), run: withOrg((desk, org) => void desk.do(toggleMark(org, desk.selection.agents, "pinned"))) },
  "move-left": arrow(-STEP, 0),
  "move-right": arrow(STEP, 0),
  "move-up": arrow(0, -STEP),
  "move-down": arrow(0, STEP),
  "far-left": arrow(-FAR, 0),
  "far-right": arrow(FAR, 0),
  "far-up": arrow(0, -FAR),
  "far-down": arrow(0, FAR),
  "show-canvas": show("canvas"),
  "show-table": show("table"),
  "show-matrix": show("matrix"),
  "show-versions": show("versions"),
  "show-generate": show("generate"),
  fit: { when: anything, run: (desk) => desk.view?.fit() },
  "actual-size": { when: anything, run: (desk) => desk.view?.actualSize() },
  "zoom-in": { when: anything, run: (desk) => desk.view?.zoom(1) },
  "zoom-out": { when: anything, run: (desk) => desk.view?.zoom(-1) },
};
