/** Owns the laws that every finished run keeps, whatever its agents did: edges, deliveries, limits, an end, valid requests. */
import { expect } from "vitest";
import type { RunEvent } from "#shared/run/events.ts";
import { initialRunState, reduceRun } from "#shared/run/reducer.ts";
import type { Prices } from "#main/engine/ports.ts";
import { readRecord } from "#main/engine/record.ts";
import { requestProblems } from "#test/support/api-validity.ts";
import { lastUser, ofType, type Played } from "#test/support/scripted-model.ts";

/** What a run leaves behind. */
export type Finished = Pick<Played, "result" | "log"> & { input: Pick<Played["input"], "org"> };

const HARD = new Set(["token-limit", "cost-limit", "time-limit", "memory-full"]);

/** Checks all of them. `prices` are those that the run was given. */
export function checkRun(played: Finished, prices?: Prices): void {
  expect(played.result.outcome).toBe("done");
  const steps = readRecord(played.log).steps;
  const state = steps.reduce(reduceRun, initialRunState());
  checkDeliveries(played, steps);
  checkEnd(played, steps, state);
  checkLimits(played, steps, prices);
  checkNobodyIsForgotten(played, steps);
  checkFold(played, steps, state);
  for (const each of ofType(steps, "call-started")) expect(requestProblems(each.request), each.id).toEqual([]);
}

/** No message off a declared edge, none lost, none delivered twice; each is shown in a request of its receiver, after it was sent. */
function checkDeliveries({ input: { org } }: Finished, steps: RunEvent[]): void {
  const sent = ofType(steps, "message-sent");
  const shown = ofType(steps, "handoff-shown");
  const undelivered = ofType(steps, "message-undelivered");
  const edges = org.handoffs.map(({ id, source, target }) => [id, source, target].join());
  for (const each of sent) expect(edges).toContain([each.edgeId, each.source, each.target].join());
  const dropped = ofType(steps, "message-changed").filter((each) => each.written === null);
  expect([...shown, ...undelivered, ...dropped].map((each) => each.id).sort()).toEqual(sent.map((each) => each.id).sort());
  for (const each of shown) {
    const call = ofType(steps, "call-started").find((start) => start.id === each.callId);
    const message = sent.find((other) => other.id === each.id) as (typeof sent)[number];
    expect(call?.agent).toBe(message.target);
    expect(lastUser(call?.request)).toContain(each.shown);
    expect(steps.indexOf(message)).toBeLessThan(steps.indexOf(each));
    // A hop, or a round, further than where it was written.
    expect(each.round).toBeGreaterThan(message.round);
  }
}

function checkEnd({ result, input: { org } }: Finished, steps: RunEvent[], state: ReturnType<typeof initialRunState>): void {
  expect(steps.at(-1)?.type).toBe("run-ended");
  expect(ofType(steps, "run-ended")).toHaveLength(1);
  if (result.outcome !== "done") return;
  expect(state).toMatchObject({ phase: "ended", status: result.status, reason: result.reason, deliverable: result.deliverable });
  expect(result.status === "complete").toBe(result.deliverable !== null && result.status !== "refused");
  if (result.deliverable === null) return;
  expect(result.deliverable).toBe(org.agents.flatMap((agent) => state.deliverables[agent.id] ?? []).join("\n\n"));
}

function checkLimits({ input: { org }, log }: Finished, steps: RunEvent[], prices?: Prices): void {
  const { rounds, turnsPerAgent, handoffs, outputTokens, costUsd, wallClockMs, turnsAtOnce } = org.limits;
  const turns = ofType(steps, "turn-started");
  const ordinary = turns.filter((each) => !each.last);
  expect(turns.length - ordinary.length).toBeLessThanOrEqual(1);
  for (const each of ordinary) expect(each.round).toBeLessThanOrEqual(rounds ?? Infinity);
  for (const agent of org.agents)
    expect(ordinary.filter((each) => each.agent === agent.id).length).toBeLessThanOrEqual(turnsPerAgent ?? Infinity);
  expect(ofType(steps, "handoff-shown").length).toBeLessThanOrEqual(handoffs ?? Infinity);
  const answers = ofType(steps, "call-ended").map((each) => each.answer);
  const used = answers.reduce((sum, answer) => sum + (answer.usage.outputTokens ?? 0), 0);
  const lost = log.reduce((sum, { event }) => sum + ("lostTokens" in event ? (event.lostTokens ?? 0) : 0), 0);
  expect(used + lost).toBeLessThanOrEqual(outputTokens ?? Infinity);
  const usd = answers.reduce((sum, answer) => sum + (prices?.usd(answer) ?? 0), 0);
  expect(usd).toBeLessThanOrEqual((costUsd ?? Infinity) + 1e-9);
  let elapsedMs = 0;
  for (const [index, { event, atMs }] of log.entries()) {
    // The time between being cut off and going on is nobody's.
    if (event.type !== "run-resumed") elapsedMs += atMs - (log[index - 1]?.atMs ?? atMs);
    if (event.type === "call-started") expect(elapsedMs, event.id).toBeLessThan(wallClockMs ?? Infinity);
  }
  let atOnce = 0;
  for (const each of steps) {
    if (each.type === "turn-started") atOnce += 1;
    if (each.type === "turn-ended") atOnce -= 1;
    if (org.schedule === "eager") expect(atOnce).toBeLessThanOrEqual(turnsAtOnce ?? Infinity);
  }
  expect(atOnce).toBe(0);
  const lastTurn = steps.findIndex((each) => each.type === "turn-started" && each.last);
  if (lastTurn !== -1) expect(steps.slice(0, lastTurn).filter((each) => each.type === "limit-reached")).toEqual([]);
}

/** Where a run ended by itself, each message that was left lying was held back by a limit. */
function checkNobodyIsForgotten({ input: { org }, result }: Finished, steps: RunEvent[]): void {
  if (result.outcome !== "done" || result.status === "refused" || HARD.has(result.reason)) return;
  const deliverers = org.agents.filter((agent) => agent.delivers);
  const delivered = new Set(ofType(steps, "deliverable-submitted").map((each) => each.agent));
  if (deliverers.every((agent) => delivered.has(agent.id))) return;
  const { rounds, turnsPerAgent, handoffs } = org.limits;
  const turns = ofType(steps, "turn-started");
  const noMoreHandoffs = ofType(steps, "handoff-shown").length >= (handoffs ?? Infinity);
  for (const { id } of ofType(steps, "message-undelivered")) {
    const message = ofType(steps, "message-sent").find((each) => each.id === id) as Extract<RunEvent, { type: "message-sent" }>;
    const noMoreTurns = turns.filter((each) => each.agent === message.target).length >= (turnsPerAgent ?? Infinity);
    expect([noMoreHandoffs, noMoreTurns, message.round >= (rounds ?? Infinity)], `${id} was left lying`).toContain(true);
  }
}

/** What folding the log gives is what happened. */
function checkFold({ input: { org } }: Finished, steps: RunEvent[], state: ReturnType<typeof initialRunState>): void {
  const shown = ofType(steps, "handoff-shown");
  for (const mail of state.mail) {
    if (mail.state === "dropped") continue;
    const end = shown.find((each) => each.id === mail.id);
    expect(mail).toMatchObject({ state: end ? "shown" : "undelivered", shown: end?.shown ?? null, shownInCall: end?.callId ?? null });
  }
  for (const agent of org.agents)
    expect(state.agents[agent.id]).toMatchObject({
      turns: ofType(steps, "turn-started").filter((each) => each.agent === agent.id).length,
      calls: ofType(steps, "call-started").filter((each) => each.agent === agent.id).length,
      busy: false,
    });
  const latest: Record<string, string> = {};
  for (const each of ofType(steps, "deliverable-submitted")) latest[each.agent] = each.text;
  expect(state.deliverables).toEqual(latest);
}
