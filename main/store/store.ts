/** Owns the store as a whole: one open database and the tables' queries around it. */
import { ArmFactTable } from "#main/store/arm-facts.ts";
import { BatchTable } from "#main/store/batches.ts";
import { EdgeRunTable } from "#main/store/edge-runs.ts";
import { ExperimentTable } from "#main/store/experiments.ts";
import { type OpenOptions, type OpenedStore, openStore, type StoreError } from "#main/store/open.ts";
import { OrgTable } from "#main/store/orgs.ts";
import { ResultTable } from "#main/store/results.ts";
import { SpendingTable } from "#main/store/spending.ts";
import { StudyTable } from "#main/store/studies.ts";
import { RunTable } from "#main/store/runs.ts";

export class Store {
  readonly orgs: OrgTable;
  readonly experiments: ExperimentTable;
  readonly runs: RunTable;
  readonly results: ResultTable;
  readonly spending: SpendingTable;
  readonly edgeRuns: EdgeRunTable;
  readonly armFacts: ArmFactTable;
  readonly batches: BatchTable;
  readonly studies: StudyTable;
  readonly readOnly: boolean;
  readonly file: string;
  #opened: OpenedStore;

  private constructor(opened: OpenedStore, file: string) {
    this.#opened = opened;
    this.file = file;
    this.readOnly = opened.readOnly;
    this.orgs = new OrgTable(opened.db);
    this.experiments = new ExperimentTable(opened.db);
    this.runs = new RunTable(opened.db);
    this.results = new ResultTable(opened.db);
    this.spending = new SpendingTable(opened.db);
    this.edgeRuns = new EdgeRunTable(opened.db);
    this.armFacts = new ArmFactTable(opened.db);
    this.batches = new BatchTable(opened.db);
    this.studies = new StudyTable(opened.db);
  }

  /** Opens the file; expected failures are values. */
  static open(options: OpenOptions): { ok: true; store: Store } | { ok: false; error: StoreError } {
    const opened = openStore(options);
    return opened.ok ? { ok: true, store: new Store(opened.store, options.file) } : opened;
  }

  close(): void {
    this.#opened.close();
  }
}
