/** Owns playing a shape with @langchain/langgraph, without a checkpointer or with its SQLite checkpointer. */
import { randomUUID } from "node:crypto";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";

/**
 * One node for each agent, in one shared state whose `messages` grow by a reducer, as in LangGraph's own examples; messages are plain
 * objects, which are cheaper than its message classes. A node asks the model and leaves one message; a conditional edge then starts
 * all contacts in the next superstep, which is our round. In the last round nobody is started, and the graph ends.
 */
function graphOf({ agents, contacts, deliverer, rounds, message }, count) {
  const State = Annotation.Root({
    messages: Annotation({ reducer: (old, more) => old.concat(more), default: () => [] }),
    deliverable: Annotation(),
  });
  const model = async () => ({ text: message });
  const graph = new StateGraph(State);
  for (const id of agents) {
    let round = 0;
    graph.addNode(id, async (_state, config) => {
      count();
      round = config.metadata.langgraph_step;
      const { text } = await model();
      if (id === deliverer && round === rounds) return { deliverable: text };
      return { messages: [{ from: id, to: contacts[id], text }] };
    });
    graph.addConditionalEdges(id, () => (round >= rounds ? END : contacts[id]), [...contacts[id], END]);
  }
  graph.addEdge(START, agents[0]);
  return graph;
}

/** @param file the checkpointer's database file; null: no checkpointer */
export function langgraph(shape, file) {
  let nodes = 0;
  const saver = file === null ? null : SqliteSaver.fromConnString(file);
  const app = graphOf(shape, () => (nodes += 1)).compile(saver ? { checkpointer: saver } : {});
  return {
    async play() {
      nodes = 0;
      const end = await app.invoke(
        { messages: [{ from: "client", to: [shape.agents[0]], text: shape.message }] },
        { recursionLimit: shape.rounds + 2, ...(saver ? { configurable: { thread_id: randomUUID() } } : {}) },
      );
      if (nodes !== shape.turns || end.deliverable !== shape.message)
        throw new Error(`LangGraph's run of the ${shape.name} took ${nodes} turns instead of ${shape.turns}.`);
    },
    close() {
      saver?.db.close();
    },
  };
}
