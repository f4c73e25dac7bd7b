/** Owns the process that is killed: the real runner on a real file, going on with whatever it finds there. */
import { openSync, readFileSync, writeSync } from "node:fs";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { Runner } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { Store } from "#main/store/store.ts";
import { type CrashJob, prepare } from "#test/support/crash-job.ts";

const job = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as CrashJob;
const opened = Store.open({ file: job.db });
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const { store } = opened;
const id = prepare(store, job.plan);
const log = openSync(job.log, "a");
const clock = new Int32Array(new SharedArrayBuffer(4));
const runner = new Runner({
  store,
  secrets: { anthropicKey: () => null, serverKey: () => "crash-key" },
  prices: () => BUILT_IN_PRICES,
  ports: NODE_PORTS,
  population: {
    faults: (identity) => {
      // Written straight to the file: a kill a moment later takes nothing of it away.
      writeSync(log, `${job.plan.seed} ${identity}\n`);
      // The whole process waits, so that time goes by between any two steps.
      if (job.slowMs > 0) Atomics.wait(clock, 0, 0, job.slowMs);
      return null;
    },
  },
});
writeSync(1, "ready\n");
const end = await runner.start(id, { caps: job.caps });
store.close();
writeSync(1, `${JSON.stringify(end)}\n`);
