/** Owns what calls took: sums that are null where a part is not known, and what a cap has to count in its place. */
import type { Database } from "better-sqlite3";
import type { ModelRequest } from "#shared/run/messages.ts";
import { callRequests } from "#main/store/call-requests.ts";

/** Whose calls are added up: an experiment's cells, a study's branches, or the branches that were made by hand of one run. */
export type Spender = { experiment: string } | { study: string } | { branchesOf: string };

/** The runs of a spender, as a condition on `r`. */
function runsOf(spender: Spender): { where: string; id: string } {
  if ("study" in spender) return { where: "r.study_id = @id", id: spender.study };
  if ("branchesOf" in spender) return { where: "r.parent_run_id = @id AND r.study_id IS NULL", id: spender.branchesOf };
  return { where: "r.experiment_id = @id AND r.parent_run_id IS NULL", id: spender.experiment };
}

/** Of a call that was answered: the server did not say what it took. */
export const NO_USAGE = "c.served_model IS NOT NULL AND (c.input_tokens IS NULL OR c.output_tokens IS NULL)";

/** A sum over answered calls `c`, null where one of its parts is. */
export function sumOfCalls(column: string): string {
  return `CASE WHEN SUM(c.served_model IS NOT NULL AND ${column} IS NULL) > 0 THEN NULL ELSE COALESCE(SUM(${column}), 0) END`;
}

export class SpendingTable {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Output tokens of every call, those of runs that were stopped or failed too: what a cap has to count. */
  outputTokensSpent(spender: Spender): number {
    const { where, id } = runsOf(spender);
    const known = this.#db
      .prepare(`SELECT COALESCE(SUM(c.output_tokens), 0) FROM calls c JOIN runs r ON r.id = c.run_id WHERE ${where}`)
      .pluck()
      .get({ id }) as number;
    return known + this.#tokensLost(spender) + this.#mostTokensUntold(spender);
  }

  /** Of answers whose server did not say how many output tokens they took: the most that they can have been. */
  #mostTokensUntold(spender: Spender): number {
    const { where, id } = runsOf(spender);
    return this.#db
      .prepare(
        `SELECT COALESCE(SUM(json_extract(e.body, '$.request.max_tokens')), 0) FROM calls c JOIN runs r ON r.id = c.run_id
         JOIN events e ON e.run_id = r.id AND e.type = 'call-started' AND json_extract(e.body, '$.id') = c.id
         WHERE ${where} AND c.served_model IS NOT NULL AND c.output_tokens IS NULL`,
      )
      .pluck()
      .get({ id }) as number;
  }

  /** What attempts without an answer may have cost; of a call that a dying process left open, its worst case. */
  #tokensLost(spender: Spender): number {
    const { where, id } = runsOf(spender);
    return this.#db
      .prepare(
        `SELECT COALESCE((SELECT SUM(json_extract(e.body, '$.lostTokens')) FROM events e JOIN runs r ON r.id = e.run_id
             WHERE ${where} AND e.type IN ('call-retried', 'call-failed', 'run-resumed')), 0)
           + COALESCE((SELECT SUM(json_extract(e.body, '$.request.max_tokens')) FROM calls c JOIN runs r ON r.id = c.run_id
             JOIN experiments x ON x.id = r.experiment_id AND x.simulated = 0
             JOIN events e ON e.run_id = r.id AND e.type = 'call-started' AND json_extract(e.body, '$.id') = c.id
             WHERE ${where} AND c.served_model IS NULL AND c.failure_code IS NULL), 0)`,
      )
      .pluck()
      .get({ id }) as number;
  }

  /**
   * The requests whose cost is not known, though they may have been paid for, each as often as that happened: attempts that
   * brought no answer, and answers whose server did not say what they took. A cap counts them as the most that they can cost.
   */
  uncountedRequests(spender: Spender): ModelRequest[] {
    const { where, id } = runsOf(spender);
    const rows = this.#db
      .prepare(
        `SELECT e.run_id AS runId, json_extract(e.body, '$.id') AS callId FROM events e JOIN runs r ON r.id = e.run_id
         WHERE ${where} AND e.type IN ('call-retried', 'call-failed') AND json_extract(e.body, '$.lostTokens') > 0
         UNION ALL
         SELECT e.run_id, j.value FROM events e JOIN runs r ON r.id = e.run_id JOIN json_each(e.body, '$.lostCalls') j
         WHERE ${where} AND e.type = 'run-resumed'
         UNION ALL
         SELECT c.run_id, c.id FROM calls c JOIN runs r ON r.id = c.run_id
         JOIN experiments x ON x.id = r.experiment_id AND x.simulated = 0
         WHERE ${where} AND c.served_model IS NULL AND c.failure_code IS NULL
         UNION ALL
         SELECT c.run_id, c.id FROM calls c JOIN runs r ON r.id = c.run_id WHERE ${where} AND ${NO_USAGE}`,
      )
      .all({ id }) as { runId: string; callId: string }[];
    const requests = new Map<string, Map<string, ModelRequest>>();
    return rows.flatMap(({ runId, callId }) => {
      const ofRun = requests.get(runId) ?? callRequests(this.#db, runId);
      requests.set(runId, ofRun);
      return ofRun.get(callId) ?? [];
    });
  }

  /** What all calls took, those of failed and stopped runs too; null where it is not known of one of them. */
  spent(spender: Spender): { outputTokens: number | null; costUsd: number | null } {
    const { where, id } = runsOf(spender);
    return this.#db
      .prepare(
        `SELECT ${sumOfCalls("c.output_tokens")} AS outputTokens, ${sumOfCalls("c.cost_usd")} AS costUsd
         FROM calls c JOIN runs r ON r.id = c.run_id WHERE ${where}`,
      )
      .get({ id }) as { outputTokens: number | null; costUsd: number | null };
  }

  /** What the calls cost whose server said what they took; null where one of their prices is not known. */
  countedUsd(spender: Spender): number | null {
    const { where, id } = runsOf(spender);
    return this.#db
      .prepare(`SELECT ${sumOfCalls("c.cost_usd")} FROM calls c JOIN runs r ON r.id = c.run_id WHERE ${where} AND NOT (${NO_USAGE})`)
      .pluck()
      .get({ id }) as number | null;
  }
}
