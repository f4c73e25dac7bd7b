/** Owns playing a shape with @openai/agents: handoffs one after the other, or the hub's workers as its tools. */
import { Agent, handoff, Runner, setTracingDisabled, Usage } from "@openai/agents";
import { z } from "zod";

setTracingDisabled(true);
const Note = z.object({ text: z.string() });

let ids = 0;
const call = (name, args) => ({
  type: "function_call",
  callId: `c${(ids += 1)}`,
  name,
  arguments: JSON.stringify(args),
  status: "completed",
});
const say = (text) => ({ type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text }] });

/** A model that answers at once with what `next` says. */
const modelOf = (next) => ({
  async getResponse() {
    return { usage: new Usage(), output: next(), responseId: undefined };
  },
  getStreamedResponse() {
    throw new Error("not used");
  },
});

/**
 * Its runner has one agent in control at a time, so one handoff, with the message as its argument, stands for a turn's sends: it
 * passes one message where we pass one to each contact. A walk along the shape's edges makes as many turns as our run.
 */
function byHandoffs(shape) {
  const { agents, contacts, turns, message } = shape;
  let turn = 0;
  let at = agents[0];
  const nextOf = new Map(agents.map((id) => [id, 0]));
  const model = modelOf(() => {
    turn += 1;
    if (turn === turns) return [say(message)];
    const nth = nextOf.get(at);
    nextOf.set(at, nth + 1);
    at = contacts[at][nth % contacts[at].length];
    return [call(`transfer_to_${at}`, { text: message })];
  });
  const made = new Map(agents.map((id) => [id, new Agent({ name: id, instructions: `You are ${id}.`, model })]));
  for (const id of agents)
    made.get(id).handoffs = contacts[id].map((to) =>
      handoff(made.get(to), { toolNameOverride: `transfer_to_${to}`, inputType: Note, onHandoff: () => undefined }),
    );
  return {
    first: made.get(agents[0]),
    turns: () => turn,
    begin() {
      turn = 0;
      at = agents[0];
      for (const id of agents) nextOf.set(id, 0);
    },
  };
}

/** A hub asks its workers as tools, all in one turn, and hands back in the next. */
function byTools(shape) {
  const { agents, contacts, message } = shape;
  let turn = 0;
  const worker = modelOf(() => {
    turn += 1;
    return [say(message)];
  });
  const hub = agents[0];
  let asked = false;
  const model = modelOf(() => {
    turn += 1;
    if (asked) return [say(message)];
    asked = true;
    return contacts[hub].map((id) => call(`ask_${id}`, { input: message }));
  });
  const tools = contacts[hub].map((id) =>
    new Agent({ name: id, instructions: `You are ${id}.`, model: worker }).asTool({
      toolName: `ask_${id}`,
      toolDescription: `Asks ${id}.`,
    }),
  );
  return {
    first: new Agent({ name: hub, instructions: `You are ${hub}.`, model, tools }),
    turns: () => turn,
    begin() {
      turn = 0;
      asked = false;
    },
  };
}

export function openaiAgents(shape) {
  const built = shape.name.startsWith("hub") ? byTools(shape) : byHandoffs(shape);
  const runner = new Runner({ tracingDisabled: true });
  return {
    async play() {
      built.begin();
      const result = await runner.run(built.first, shape.message, { maxTurns: shape.turns + 1 });
      if (built.turns() !== shape.turns || result.finalOutput !== shape.message)
        throw new Error(`The OpenAI Agents run of the ${shape.name} took ${built.turns()} turns instead of ${shape.turns}.`);
    },
    close() {},
  };
}
