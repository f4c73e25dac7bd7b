/** Owns the contract's procedures: each hands over to a use case and turns expected failures into codes. */
import { implement, ORPCError } from "@orpc/server";
import { contract } from "#shared/rpc/contract.ts";
import type { Op } from "#shared/org/edit.ts";
import { PROMPT_TEXTS, PROMPTS_VERSION } from "#main/engine/prompts.ts";
import { loadPopulation } from "#main/exchange/load-population.ts";
import { cellView } from "#main/lab/use/cell.ts";
import * as branches from "#main/lab/use/branches.ts";
import * as drift from "#main/lab/use/drift.ts";
import { edgeRunPage } from "#main/lab/use/edge-runs.ts";
import { previewAgent } from "#main/lab/preview.ts";
import * as experiments from "#main/lab/use/experiments.ts";
import * as planning from "#main/lab/use/plan-experiment.ts";
import { variableIn } from "#main/lab/use/variable.ts";
import { watchExperiment } from "#main/lab/use/watch-experiment.ts";
import * as orgs from "#main/lab/use/orgs.ts";
import { choicesLike } from "#main/lab/use/run-again.ts";
import * as studies from "#main/lab/use/studies.ts";
import { listModels } from "#main/lab/use/list-models.ts";
import * as versions from "#main/lab/use/versions.ts";
import { testConnection } from "#main/lab/use/test-connection.ts";
import type { Lab } from "#main/lab/lab.ts";
import { storeFailureSentence } from "#main/store/failure.ts";

/** The router over one lab; hosts put a transport in front of it. */
export function makeRouter(lab: Lab) {
  const os = implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      const message = storeFailureSentence(error, lab.store.file);
      throw message === null ? error : new ORPCError("NOT_STORED", { message });
    }
  });
  const writable = () => {
    if (lab.store.readOnly) throw new ORPCError("READ_ONLY", { message: "The database is open read-only, so nothing can be changed." });
  };
  const found = <T>(value: T | null, what: string): T => {
    if (value === null) throw new ORPCError("NOT_FOUND", { message: `${what} is no longer there.` });
    return value;
  };
  const ok = { ok: true } as const;
  return os.router({
    app: {
      info: os.app.info.handler(() => {
        const prices = lab.prices();
        return {
          version: lab.options.appVersion,
          host: lab.options.host,
          dataFile: lab.store.file,
          readOnly: lab.store.readOnly,
          readOnlyReason: lab.options.readOnlyReason ?? null,
          promptsVersion: PROMPTS_VERSION,
          prompts: { ...PROMPT_TEXTS },
          prices: {
            date: prices.table.date,
            source: prices.table.source,
            file: prices.file,
            problem: prices.problem,
            models: Object.entries(prices.table.models).map(([model, { input, output }]) => ({ model, input, output })),
          },
          keyStatus: lab.keyStatus(),
        };
      }),
      models: os.app.models.handler(({ signal }) => listModels(lab, signal)),
      setKey: os.app.setKey.handler(({ input }) => {
        lab.typeKey(input.key);
        return { keyStatus: lab.keyStatus() };
      }),
      testConnection: os.app.testConnection.handler(({ input, signal }) => testConnection(lab, input.connection, input.model, signal)),
    },
    orgs: {
      list: os.orgs.list.handler(() => lab.store.orgs.list()),
      presets: os.orgs.presets.handler(() => orgs.presetList()),
      create: os.orgs.create.handler(({ input }) => {
        writable();
        return { id: found(orgs.createOrg(lab, input.from), "What it was to be made from") };
      }),
      import: os.orgs.import.handler(({ input }) => {
        writable();
        return orgs.importOrg(lab, input.text, input.fileName);
      }),
      export: os.orgs.export.handler(({ input }) => found(orgs.exportOrg(lab, input.id), "The org")),
      archive: os.orgs.archive.handler(({ input }) => {
        writable();
        found(lab.store.orgs.get(input.id), "The org");
        lab.store.orgs.archive(input.id, input.archived ? lab.nowMs() : null);
        return ok;
      }),
      edit: os.orgs.edit.handler(({ input }) => {
        writable();
        let revision: number | null;
        try {
          revision = lab.drafts.edit(input.id, input.editId, input.ops as Op[]);
        } catch (error) {
          throw new ORPCError("BAD_REQUEST", {
            message: `The edit would leave something that is no org: ${error instanceof Error ? error.message.slice(0, 300) : ""}`,
          });
        }
        return { revision: found(revision, "The org") };
      }),
      watch: os.orgs.watch.handler(({ input, signal }) => {
        found(lab.store.orgs.get(input.id), "The org");
        return lab.drafts.watch(input.id, input.since, signal);
      }),
      preview: os.orgs.preview.handler(({ input }) => {
        const suite = found(orgs.findSuite(lab, input.suiteId), "The suite");
        const task = found(suite.tasks.find((each) => each.id === input.taskId) ?? null, "The task");
        return found(previewAgent(input.org, input.agentId, task.brief, input.trait), "The agent");
      }),
      get: os.orgs.get.handler(({ input }) => found(versions.draftOf(lab, input.id), "The org")),
      versions: {
        list: os.orgs.versions.list.handler(({ input }) => found(versions.listVersions(lab, input.orgId), "The org")),
        get: os.orgs.versions.get.handler(({ input }) => found(lab.store.orgs.namedVersion(input.id), "The version")),
        save: os.orgs.versions.save.handler(({ input }) => {
          writable();
          return { id: found(versions.saveVersion(lab, input.orgId, input.name, input.kind), "The org") };
        }),
        rename: os.orgs.versions.rename.handler(({ input }) => {
          writable();
          found(lab.store.orgs.namedVersion(input.id), "The version");
          lab.store.orgs.renameVersion(input.id, input.name);
          return ok;
        }),
        delete: os.orgs.versions.delete.handler(({ input }) => {
          writable();
          found(lab.store.orgs.namedVersion(input.id), "The version");
          lab.store.orgs.deleteVersion(input.id, input.deleted ? lab.nowMs() : null);
          return ok;
        }),
      },
    },
    suites: {
      list: os.suites.list.handler(() => orgs.suiteList(lab)),
      import: os.suites.import.handler(({ input }) => {
        writable();
        return orgs.importSuite(lab, input.text, input.fileName);
      }),
    },
    populations: {
      // Nothing is kept: a population is part of the plan that it is chosen for.
      import: os.populations.import.handler(({ input }) => {
        const loaded = loadPopulation(input.text, input.fileName);
        return loaded.ok ? { ok: true as const, population: loaded.value, problems: loaded.problems } : loaded;
      }),
    },
    experiments: {
      list: os.experiments.list.handler(() => experiments.listExperiments(lab)),
      forecast: os.experiments.forecast.handler(({ input }) => planning.forecastExperiment(lab, input)),
      variable: os.experiments.variable.handler(({ input }) => variableIn(lab, input.orgs)),
      pilot: os.experiments.pilot.handler(({ input }) => {
        writable();
        return planning.startPilot(lab, input);
      }),
      start: os.experiments.start.handler(({ input }) => {
        writable();
        return planning.startExperiment(lab, input);
      }),
      resume: os.experiments.resume.handler(({ input }) => {
        writable();
        found(lab.store.experiments.get(input.id), "The experiment");
        lab.run(input.id, input.caps);
        return ok;
      }),
      stop: os.experiments.stop.handler(async ({ input }) => {
        found(lab.store.experiments.get(input.id), "The experiment");
        await lab.runner.stop(input.id);
        lab.signalOf(input.id).notify();
        return ok;
      }),
      rename: os.experiments.rename.handler(({ input }) => {
        writable();
        found(lab.store.experiments.get(input.id), "The experiment");
        lab.store.experiments.rename(input.id, input.name);
        lab.signalOf(input.id).notify();
        return ok;
      }),
      archive: os.experiments.archive.handler(({ input }) => {
        writable();
        found(lab.store.experiments.get(input.id), "The experiment");
        lab.store.experiments.archive(input.id, input.archived ? lab.nowMs() : null);
        return ok;
      }),
      delete: os.experiments.delete.handler(async ({ input }) => {
        writable();
        found(lab.store.experiments.get(input.id), "The experiment");
        await lab.runner.stopExperiment(input.id);
        lab.store.experiments.delete(input.id);
        lab.signalOf(input.id).notify();
        return ok;
      }),
      detail: os.experiments.detail.handler(({ input }) => found(experiments.experimentDetail(lab, input.id), "The experiment")),
      cell: os.experiments.cell.handler(({ input }) => found(cellView(lab, input), "The cell")),
      like: os.experiments.like.handler(({ input }) => found(choicesLike(lab, input.id), "The experiment")),
      watch: os.experiments.watch.handler(({ input, signal }) => {
        found(lab.store.experiments.get(input.id), "The experiment");
        return watchExperiment(lab, input.id, signal);
      }),
    },
    drift: {
      get: os.drift.get.handler(({ input }) => found(drift.driftOf(lab, input.id), "The experiment")),
      edgeRuns: os.drift.edgeRuns.handler(({ input }) => found(edgeRunPage(lab, input), "The experiment")),
      deliverable: os.drift.deliverable.handler(({ input }) => found(drift.deliverableOf(lab, input), "The run")),
      run: os.drift.run.handler(({ input }) => found(drift.runOf(lab, input), "The run")),
      exportReport: os.drift.exportReport.handler(({ input }) => found(drift.exportReport(lab, input.id), "The experiment")),
      exportTables: os.drift.exportTables.handler(({ input }) => found(drift.exportTables(lab, input.id), "The experiment")),
    },
    branches: {
      preview: os.branches.preview.handler(({ input }) => branches.previewBranch(lab, input)),
      start: os.branches.start.handler(({ input }) => {
        writable();
        return branches.startBranches(lab, input);
      }),
      list: os.branches.list.handler(({ input }) => found(branches.listBranches(lab, input), "The run")),
      stop: os.branches.stop.handler(async ({ input }) => {
        await lab.runner.stop(branches.workName(input));
        return ok;
      }),
    },
    studies: {
      start: os.studies.start.handler(({ input }) => {
        writable();
        return studies.startStudy(lab, input);
      }),
      forecast: os.studies.forecast.handler(({ input }) => studies.forecastStudy(lab, input)),
      list: os.studies.list.handler(({ input }) => studies.listStudies(lab, input.experimentId)),
      resume: os.studies.resume.handler(({ input }) => {
        writable();
        found(studies.resumeStudy(lab, input.id, input.caps), "The study");
        return ok;
      }),
      stop: os.studies.stop.handler(async ({ input }) => {
        await lab.runner.stop(input.id);
        return ok;
      }),
    },
  });
}

export type LabRouter = ReturnType<typeof makeRouter>;
