/** Owns playing one run on a connection, from nothing or on from a record: the stack of models, the clock, what is stored. */
import type { Plan } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import { takesTemperature } from "#shared/run/connection.ts";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { CallIdentity } from "#shared/run/messages.ts";
import type { MessageChange } from "#main/engine/mailbox.ts";
import type { RunMode } from "#main/engine/mode.ts";
import { OneAtATime } from "#main/engine/one-at-a-time.ts";
import type { CallOptions, Clock, ModelPort, Prices } from "#main/engine/ports.ts";
import { EventPrefix, readRecord, type RecordParts } from "#main/engine/record.ts";
import { PlayedRecord } from "#main/engine/replay.ts";
import { runOrg } from "#main/engine/run-org.ts";
import type { RunPorts, RunResult } from "#main/engine/run.ts";
import type { Connection } from "#main/models/connection.ts";
import { costUsd, type PriceTable, worstCaseUsd } from "#main/models/prices.ts";
import type { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { contextWindow } from "#main/models/windows.ts";
import type { Budget } from "#main/lab/budget.ts";
import { cappedModel, simulatedModel } from "#main/lab/cell-model.ts";
import type { StoredTogether } from "#main/lab/together.ts";

/** What all runs of an experiment share. */
export interface Playing {
  plan: Plan;
  connection: Connection;
  /** The population of this experiment alone: cells are told apart by their names within it. */
  simulated: SimulatedPopulation;
  budget: Budget;
  prices: PriceTable;
  nowMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  onWords?(agent: string, callId: string, words: string): void;
}

export interface PlayInput {
  /** The design with the plan's model. */
  org: Org;
  brief: string;
  /** Names the run's own calls. */
  cell: string;
  mode: RunMode;
  /** What was stored before, and is played first. */
  log: readonly StampedEvent[];
  /** In a branch, whose log begins with its parent's: the first event's cell, and the cell under which a call of the log was made. */
  parent?: { cell: string; cellOf(callId: string): string };
  /** Answers to calls of the log that came later than its end, and do not hang on what is changed. */
  later?: RecordParts["results"];
  changes?: ReadonlyMap<string, MessageChange>;
  /** Which of several runs like it. */
  draw?: number;
  /** Stores an event that the record does not hold. */
  store(event: RunEvent): void;
  /** Without it events are stored one by one. */
  together?: StoredTogether;
  /** Hears every event, those of the record too. */
  onEvent?(event: RunEvent): void;
}

/** Plays a run. Rejects on a bug, when the store cannot write, and with `RecordMismatch` where the record does not fit the run. */
export function playRun(playing: Playing, input: PlayInput): Promise<RunResult> {
  const record = input.log.length > 0 ? recordOf(input) : null;
  return playing.plan.connection.kind === "simulated" ? playSimulated(playing, input, record) : playReal(playing, input, record);
}

function recordOf({ log, later = new Map() }: PlayInput): RecordParts {
  const record = readRecord(log);
  const ended = record.lost.slice(0, record.lost.length - record.open.length);
  const open = record.open.filter((call) => !later.has(call.callId));
  // A call that was answered later was not lost.
  return { ...record, results: new Map([...record.results, ...later]), lost: [...ended, ...open], open };
}

function playReal(playing: Playing, input: PlayInput, record: RecordParts | null): Promise<RunResult> {
  const clock: Clock = { nowMs: playing.nowMs, sleep: playing.sleep };
  const live = named(cappedModel(playing), input);
  if (!record) return play(playing, input, { model: new OneAtATime(live, setImmediate), clock, emit: input.store });
  const lostUsd = (callId: string) => {
    const started = record.steps.find((step) => step.type === "call-started" && step.id === callId);
    return started?.type === "call-started" ? (worstCaseUsd(playing.prices, started.request) ?? 0) : 0;
  };
  const played = new PlayedRecord({ ...record, model: live, emit: input.store, lostUsd, atRest: setImmediate });
  return play(playing, input, { model: played, clock, emit: played.prefix.emit, record: played });
}

/** With a simulated population the same calls take the same virtual time, so a record falls into its order by itself. */
function playSimulated(playing: Playing, input: PlayInput, record: RecordParts | null): Promise<RunResult> {
  const { plan, simulated } = playing;
  const live = named(cappedModel(playing), input);
  const identityOf = (options: CallOptions): CallIdentity => {
    const isRecorded = record?.results.has(options.id) === true;
    return { ...options.identity, cell: isRecorded && input.parent ? input.parent.cellOf(options.id) : input.cell };
  };
  const model: ModelPort = {
    async call(request, options) {
      const known = record?.results.get(options.id);
      // A call that a limit called off is asked again: it costs nothing here, and takes the time that it took.
      if (!known?.ok) return live.call(request, options);
      const { nowMs } = options as CallOptions & { nowMs?: number };
      // The population goes on as if it had just given this answer itself.
      simulated.recall(input.cell, [
        { identity: { ...options.identity, cell: input.cell }, request, answer: known.answer, ...(nowMs === undefined ? {} : { nowMs }) },
      ]);
      for (const step of record?.steps ?? []) {
        if (step.type !== "call-retried" || step.id !== options.id) continue;
        // What it lost counts against the run's limits as it did then.
        if (step.lostTokens) await options.admitRetry(step.lostTokens);
        options.onRetry(step.attempt, step.waitMs, step.reason, step.lostTokens ?? 0);
      }
      return known;
    },
  };
  const time = simulatedModel(model, plan.seed, identityOf);
  const prefix = new EventPrefix(record?.steps ?? [], input.store);
  return play(playing, input, { model: time, clock: time, emit: prefix.emit });
}

/** Calls go out under the run's own name and number. */
function named(model: ModelPort, { cell, draw = 0 }: PlayInput): ModelPort {
  return {
    call: (request, options) => model.call(request, { ...options, identity: { ...options.identity, cell, draw } }),
  };
}

function play(
  playing: Playing,
  input: PlayInput,
  ports: Pick<RunPorts, "model" | "clock" | "record"> & { emit(event: RunEvent): void },
): Promise<RunResult> {
  const { plan, prices } = playing;
  const { together, onEvent } = input;
  const priced: Prices = {
    worstUsd: (request) => worstCaseUsd(prices, request),
    usd: (answer) => costUsd(prices, answer.servedModel, answer.usage),
  };
  return runOrg(
    {
      org: input.org,
      brief: input.brief,
      // The record's own name stands in its first event.
      cell: input.parent?.cell ?? input.cell,
      mode: input.mode,
      takesTemperature: takesTemperature(plan.connection),
      caches: plan.connection.kind !== "compatible",
      contextTokens: contextWindow,
      ...(input.changes ? { changes: input.changes } : {}),
    },
    {
      ...ports,
      prices: priced,
      signal: playing.signal,
      emit: (event) => {
        ports.emit(event);
        if (together) together.tell(() => onEvent?.(event));
        else onEvent?.(event);
      },
      ...(together ? { together: (emits) => together.run(emits) } : {}),
    },
  );
}
