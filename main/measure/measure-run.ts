/** Owns measuring one run from its events: every handoff, every edge, the deliverable (M1–M4, M2a, M2b). Pure. */
import type { ConstraintCode, DeliverableMeasure, EdgeRunMeasure, HandoffMeasure, RunMeasure } from "#shared/drift/run-measure.ts";
import type { Code, Span } from "#shared/drift/types.ts";
import type { Org } from "#shared/org/schema.ts";
import type { RunEvent } from "#shared/run/events.ts";
import type { ModelRequest } from "#shared/run/messages.ts";
import { inScope } from "#shared/task/schema.ts";
import { type Carried, lossOf, verdictOf } from "#main/measure/loss.ts";
import { earlierTexts, requestTexts } from "#main/measure/request-texts.ts";
import { takeTogether } from "#main/measure/take-together.ts";
import type { Holding, TaskProbes } from "#main/measure/task-probes.ts";

interface SeenHandoff {
  id: string;
  messageId: string;
  edgeId: string;
  source: string;
  target: string;
  shown: string;
  round: number;
  /** By constraint id: what the writer held in the very request that produced the message. */
  writer: Map<string, Holding>;
  /** By constraint id: what the receiver held before this inbox. */
  receiver: Map<string, number>;
}

/** Measures a run. `events` are those of one finished run, in order. */
export function measureRun(org: Org, probes: TaskProbes, events: readonly RunEvent[]): RunMeasure {
  const requests = new Map<string, ModelRequest>();
  const shownIn = new Map<string, string[]>();
  for (const event of events) {
    if (event.type === "call-started") requests.set(event.id, event.request);
    if (event.type === "handoff-shown") shownIn.set(event.callId, [...(shownIn.get(event.callId) ?? []), event.shown]);
  }
  const holdings = new Map<string, Map<string, Holding>>();
  const holdingOf = (callId: string): Map<string, Holding> => {
    let held = holdings.get(callId);
    if (!held) {
      held = holdAll(probes, requestTexts(requests.get(callId) as ModelRequest));
      holdings.set(callId, held);
    }
    return held;
  };
  const before = new Map<string, Map<string, number>>();
  const receiverBefore = (callId: string): Map<string, number> => {
    let held = before.get(callId);
    if (!held) {
      const all = holdAll(probes, earlierTexts(requests.get(callId) as ModelRequest, shownIn.get(callId) ?? []));
      held = new Map([...all].map(([id, each]) => [id, each.held]));
      before.set(callId, held);
    }
    return held;
  };

  const sent = new Map<string, Extract<RunEvent, { type: "message-sent" }>>();
  const seen: SeenHandoff[] = [];
  const submitted = new Map<string, Extract<RunEvent, { type: "deliverable-submitted" }>>();
  const drafts = new Map<number, Extract<RunEvent, { type: "deliverable-submitted" }>>();
  let ended: Extract<RunEvent, { type: "run-ended" }> | undefined;
  for (const event of events) {
    if (event.type === "message-sent") sent.set(event.id, event);
    if (event.type === "deliverable-submitted") {
      submitted.set(event.agent, event);
      drafts.set(event.version, event);
    }
    if (event.type === "deliverable-chosen") {
      const chosen = drafts.get(event.version);
      if (chosen) submitted.set(chosen.agent, chosen);
    }
    if (event.type === "run-ended") ended = event;
    if (event.type === "handoff-shown") {
      const message = sent.get(event.id);
      if (!message) continue;
      const { id, messageId, edgeId, source, target } = message;
      seen.push({
        id,
        messageId,
        edgeId,
        source,
        target,
        shown: event.shown,
        round: event.round,
        writer: holdingOf(message.callId),
        receiver: receiverBefore(event.callId),
      });
    }
  }
  const role = (id: string) => org.agents.find((agent) => agent.id === id)?.role ?? "";
  const edgeIds = [...new Set(seen.map((each) => each.edgeId))];
  return {
    handoffs: seen.map((each) => handoffMeasure(probes, each, role(each.target))),
    edges: edgeIds.map((edgeId) =>
      edgeMeasure(
        probes,
        edgeId,
        seen.filter((each) => each.edgeId === edgeId),
        role,
      ),
    ),
    deliverable: deliverableMeasure(
      probes,
      ended,
      [...submitted.values()].map((each) => holdingOf(each.callId)),
    ),
  };
}

function holdAll(probes: TaskProbes, texts: readonly string[]): Map<string, Holding> {
  return new Map(probes.task.ledger.map((constraint) => [constraint.id, probes.holding(constraint.id, texts)]));
}

const NOTHING: Holding = { held: 0, told: false };

function handoffMeasure(probes: TaskProbes, handoff: SeenHandoff, receiverRole: string): HandoffMeasure {
  const rows = probes.task.ledger.map((constraint) => {
    const coded = probes.has(constraint.id) ? probes.code(constraint.id, handoff.shown) : null;
    const writer = handoff.writer.get(constraint.id) ?? NOTHING;
    const carried: Carried = {
      weight: constraint.weight,
      code: coded?.code ?? null,
      held: writer.held,
      told: writer.told,
      receiverHeld: handoff.receiver.get(constraint.id) ?? 0,
      inScope: inScope(constraint, receiverRole),
    };
    return { carried, code: constraintCode(constraint.id, carried, coded?.spans ?? []) };
  });
  const { id, messageId, edgeId, source, target, round } = handoff;
  return { id, messageId, edgeId, source, target, round, codes: rows.map((row) => row.code), ...lossOf(rows.map((row) => row.carried)) };
}

function edgeMeasure(probes: TaskProbes, edgeId: string, handoffs: readonly SeenHandoff[], role: (id: string) => string): EdgeRunMeasure {
  const first = handoffs[0] as SeenHandoff;
  const carried = probes.task.ledger.map((constraint): Carried => {
    const said = handoffs.map((each) => ({
      code: probes.has(constraint.id) ? probes.code(constraint.id, each.shown).code : null,
      ...(each.writer.get(constraint.id) ?? NOTHING),
      receiverHeld: each.receiver.get(constraint.id) ?? 0,
    }));
    return takeTogether(said, { weight: constraint.weight, inScope: inScope(constraint, role(first.target)) });
  });
  return { edgeId, handoffs: handoffs.length, ...lossOf(carried) };
}

function deliverableMeasure(
  probes: TaskProbes,
  ended: Extract<RunEvent, { type: "run-ended" }> | undefined,
  writers: readonly Map<string, Holding>[],
): DeliverableMeasure {
  const text = ended?.deliverable ?? null;
  if (text === null) {
    const reason = ended?.status === "refused" ? "refused" : "incomplete";
    return {
      codes: [],
      retention: null,
      retentionReason: reason,
      loss: null,
      lossReason: reason,
      parts: null,
      introduced: 0,
      asks: [],
      asksMet: null,
      asksReason: reason,
    };
  }
  const rows = probes.task.ledger.map((constraint) => {
    const coded = probes.has(constraint.id) ? probes.code(constraint.id, text) : null;
    const held = writers.map((each) => each.get(constraint.id) ?? NOTHING);
    const carried: Carried = {
      weight: constraint.weight,
      code: coded?.code ?? null,
      held: Math.max(0, ...held.map((each) => each.held)),
      told: held.some((each) => each.told),
      // The principal wrote the brief, but what counts here is what comes back.
      receiverHeld: 0,
      inScope: true,
    };
    return { carried, code: constraintCode(constraint.id, carried, coded?.spans ?? []) };
  });
  const { loss, reason, parts, introduced } = lossOf(rows.map((row) => row.carried));
  const probed = rows.filter((row) => row.carried.code !== null);
  const total = probed.reduce((sum, row) => sum + row.carried.weight, 0);
  const kept = probed.reduce((sum, row) => sum + row.carried.weight * (row.carried.code as Code), 0);
  const asks = probes.task.asks.map((ask) => {
    if (!probes.has(ask.id)) return { askId: ask.id, met: null, spans: [] };
    const { code, spans } = probes.code(ask.id, text);
    return { askId: ask.id, met: code === 1, spans };
  });
  const weightOf = (met: boolean) =>
    probes.task.asks
      .filter((ask, index) => asks[index]?.met === true || (!met && asks[index]?.met === false))
      .reduce((sum, ask) => sum + ask.weight, 0);
  const askTotal = weightOf(false);
  return {
    codes: rows.map((row) => row.code),
    retention: total > 0 ? kept / total : null,
    retentionReason: total > 0 ? null : "no-probe",
    loss,
    lossReason: reason,
    parts,
    introduced,
    asks,
    asksMet: askTotal > 0 ? weightOf(true) / askTotal : null,
    asksReason: askTotal > 0 ? null : "no-probe",
  };
}

function constraintCode(constraintId: string, carried: Carried, spans: Span[]): ConstraintCode {
  const probed = carried.code !== null;
  return {
    constraintId,
    held: probed ? carried.held : null,
    receiverHeld: probed ? carried.receiverHeld : null,
    code: carried.code,
    verdict: verdictOf(carried),
    spans,
  };
}
