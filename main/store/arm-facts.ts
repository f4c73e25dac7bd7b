/** Owns reading what is known of each arm from its finished runs: models served, calls, tokens, retries, ends, times (M13). */
import type { Database } from "better-sqlite3";
import type { AgentSpend, ArmFacts, Counted, RunFacts } from "#shared/drift/confounds.ts";

/** From the cells that are done, each with its own run: earlier attempts and branches are no cell's run. */
function fromDoneRuns(joined = ""): string {
  return `FROM cells x JOIN runs r ON r.id = x.run_id ${joined} WHERE x.experiment_id = ? AND x.outcome = 'done'`;
}

interface RunRow extends RunFacts {
  armId: string;
  status: "complete" | "refused" | "incomplete";
  retries: number;
  startedAtMs: number;
  endedAtMs: number;
}

export class ArmFactTable {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The facts of every arm in the plan's order; an arm without a finished run has its cells and zeros. Unknown id: none. */
  facts(experimentId: string): ArmFacts[] {
    const runs = this.#runs(experimentId);
    const served = this.#counted(
      experimentId,
      `SELECT x.arm_id AS armId, k.served_model AS value, COUNT(*) AS count ${fromDoneRuns("JOIN calls k ON k.run_id = r.id AND k.served_model IS NOT NULL")}
       GROUP BY x.arm_id, k.served_model ORDER BY count DESC, value`,
    );
    const prompts = this.#counted(
      experimentId,
      // A run's first event is its start; it says which version of the engine's texts the run was begun with.
      `SELECT x.arm_id AS armId, json_extract(e.body, '$.prompts') AS value, COUNT(*) AS count
       ${fromDoneRuns("JOIN events e ON e.run_id = r.id AND e.seq = 0 AND e.type = 'run-started'")} GROUP BY x.arm_id, value ORDER BY count DESC, value`,
    );
    const reasons = this.#counted(
      experimentId,
      `SELECT x.arm_id AS armId, r.reason AS value, COUNT(*) AS count ${fromDoneRuns()} AND r.status = 'incomplete'
       GROUP BY x.arm_id, r.reason ORDER BY count DESC, value`,
    );
    return this.#cells(experimentId).map(({ armId, ...cells }) => {
      const own = runs.get(armId) ?? [];
      const status = (wanted: RunRow["status"]) => own.filter((run) => run.status === wanted).length;
      return {
        armId,
        cells,
        status: { complete: status("complete"), refused: status("refused"), incomplete: status("incomplete") },
        incompleteReasons: reasons.get(armId) ?? [],
        served: served.get(armId) ?? [],
        prompts: prompts.get(armId) ?? [],
        retries: own.reduce((total, run) => total + run.retries, 0),
        startedAtMs: own.length === 0 ? null : own.reduce((first, run) => Math.min(first, run.startedAtMs), Number.POSITIVE_INFINITY),
        endedAtMs: own.length === 0 ? null : own.reduce((last, run) => Math.max(last, run.endedAtMs), Number.NEGATIVE_INFINITY),
        runs: own.map(({ taskId, calls, inputTokens, outputTokens }) => ({ taskId, calls, inputTokens, outputTokens })),
      };
    });
  }

  /**
   * What each agent took on average over its arm's finished runs, those too in which it had no turn; an arm without one is left out.
   * Output tokens are null where an answer's were not reported, dollars where a price is not known.
   */
  agents(experimentId: string): Map<string, Record<string, AgentSpend>> {
    const rows = this.#db
      .prepare(
        `SELECT a.armId, a.agentId, a.turns / n.runs AS turns, a.outputTokens / n.runs AS outputTokens, a.costUsd / n.runs AS costUsd
         FROM (SELECT armId, agentId, CAST(COUNT(*) AS REAL) AS turns,
                 IIF(COUNT(outputTokens) < COUNT(*), NULL, SUM(outputTokens)) AS outputTokens,
                 IIF(COUNT(costUsd) < COUNT(*), NULL, SUM(costUsd)) AS costUsd
               FROM (SELECT x.arm_id AS armId, k.agent_id AS agentId,
                       IIF(COUNT(k.output_tokens) < COUNT(*), NULL, CAST(SUM(k.output_tokens) AS REAL)) AS outputTokens,
                       IIF(COUNT(k.cost_usd) < COUNT(*), NULL, SUM(k.cost_usd)) AS costUsd
                     ${fromDoneRuns("JOIN calls k ON k.run_id = r.id AND k.served_model IS NOT NULL")}
                     GROUP BY r.id, k.agent_id, k.turn)
               GROUP BY armId, agentId) a
         JOIN (SELECT x.arm_id AS armId, COUNT(*) AS runs ${fromDoneRuns()} GROUP BY x.arm_id) n ON n.armId = a.armId`,
      )
      .all(experimentId, experimentId) as (AgentSpend & { armId: string; agentId: string })[];
    const byArm = new Map<string, Record<string, AgentSpend>>();
    for (const { armId, agentId, ...spend } of rows) byArm.set(armId, { ...byArm.get(armId), [agentId]: spend });
    return byArm;
  }

  #cells(experimentId: string): ({ armId: string } & ArmFacts["cells"])[] {
    return this.#db
      .prepare(
        `SELECT a.id AS armId, COALESCE(SUM(x.outcome = 'done'), 0) AS done, COALESCE(SUM(x.outcome = 'failed'), 0) AS failed,
           COALESCE(SUM(x.outcome = 'stopped'), 0) AS stopped, COUNT(x.task_id) - COUNT(x.outcome) AS waiting
         FROM arms a LEFT JOIN cells x ON x.experiment_id = a.experiment_id AND x.arm_id = a.id
         WHERE a.experiment_id = ? GROUP BY a.id ORDER BY a.position`,
      )
      .all(experimentId) as ({ armId: string } & ArmFacts["cells"])[];
  }

  #runs(experimentId: string): Map<string, RunRow[]> {
    const rows = this.#db
      .prepare(
        `SELECT x.arm_id AS armId, x.task_id AS taskId, r.status AS status, r.started_at_ms AS startedAtMs,
           COALESCE(r.ended_at_ms, r.started_at_ms) AS endedAtMs, COUNT(k.served_model) AS calls,
           COALESCE(SUM(MAX(COALESCE(k.attempts, 1) - 1, 0)), 0) AS retries, r.output_tokens AS outputTokens,
           r.input_tokens + r.cache_read_tokens + r.cache_write_tokens AS inputTokens
         ${fromDoneRuns("LEFT JOIN calls k ON k.run_id = r.id")} GROUP BY r.id ORDER BY x.arm_id, x.task_id, x.repeat`,
      )
      .all(experimentId) as RunRow[];
    return grouped(rows, (row) => row);
  }

  #counted(experimentId: string, sql: string): Map<string, Counted[]> {
    const rows = this.#db.prepare(sql).all(experimentId) as (Counted & { armId: string })[];
    return grouped(rows, ({ value, count }) => ({ value, count }));
  }
}

function grouped<Row extends { armId: string }, T>(rows: readonly Row[], read: (row: Row) => T): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const list = found.get(row.armId);
    if (list) list.push(read(row));
    else found.set(row.armId, [read(row)]);
  }
  return found;
}
