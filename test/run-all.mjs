/**
 * Runs every test there is and adds up. The last line printed is `N passed, N failed`, with `, N skipped` when some were.
 * `node test/run-all.mjs --only unit,e2e` runs a part: types, lint, unit, property, contract, integration, e2e.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const VITEST_FOLDERS = ["unit", "property", "contract", "integration"];
const PARTS = ["types", "lint", ...VITEST_FOLDERS, "e2e"];
const NONE = { passed: 0, failed: 0, skipped: 0 };
const CRASHED = { passed: 0, failed: 1, skipped: 0 };

const parts = chosenParts(process.argv.slice(2));
const scratch = mkdtempSync(join(tmpdir(), "driftlab-test-"));
const total = { ...NONE };
try {
  if (parts.includes("types")) await add("Types", types);
  if (parts.includes("lint")) await add("Lint", lint);
  const folders = VITEST_FOLDERS.filter((folder) => parts.includes(folder));
  if (folders.length > 0) await add(`Vitest: ${folders.join(", ")}`, () => vitest(folders));
  if (parts.includes("e2e")) await add("End to end", endToEnd);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);

function chosenParts(args) {
  if (args.length === 0) return PARTS;
  const chosen = args.length === 2 && args[0] === "--only" ? args[1].split(",") : [];
  if (chosen.length > 0 && chosen.every((part) => PARTS.includes(part))) return chosen;
  console.error(`Usage: node test/run-all.mjs [--only ${PARTS.join(",")}]`);
  process.exit(2);
}

/** A runner that throws has crashed without results: one failed. */
async function add(title, runner) {
  console.log(`\n── ${title}`);
  let counts;
  try {
    counts = await runner();
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    counts = CRASHED;
  }
  for (const key of Object.keys(total)) total[key] += counts[key];
}

/** One test: every tsconfig type-checks. All are run, so that all errors show. */
async function types() {
  let failed = false;
  for (const runtime of ["shared", "node", "web"]) {
    const code = await run(bin("typescript", "bin/tsc"), ["-p", `tsconfig.${runtime}.json`]);
    if (code !== 0) failed = true;
  }
  return failed ? CRASHED : { ...NONE, passed: 1 };
}

/** One test: oxlint, the layer rules with it. */
async function lint() {
  return (await run(bin("oxlint", "bin/oxlint"), [])) === 0 ? { ...NONE, passed: 1 } : CRASHED;
}

async function vitest(folders) {
  const output = join(scratch, "vitest.json");
  const code = await run(bin("vitest", "vitest.mjs"), [
    "run",
    "--passWithNoTests",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${output}`,
    ...folders.map((folder) => `test/${folder}/`),
  ]);
  const counts = { ...NONE };
  for (const file of readJson(output)?.testResults ?? []) {
    const failedBefore = counts.failed;
    for (const { status } of file.assertionResults) counts[status === "passed" || status === "failed" ? status : "skipped"] += 1;
    // A file that cannot be loaded has no tests to count.
    if (file.status === "failed" && counts.failed === failedBefore) counts.failed += 1;
  }
  return withExitCode(code, counts);
}

async function endToEnd() {
  const folder = join(root, "test", "e2e");
  const specs = existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => /\.(spec|test)\.[cm]?[jt]sx?$/.test(name))
    : [];
  if (specs.length === 0) {
    console.log("There are no end-to-end tests in test/e2e.");
    return NONE;
  }
  const { browserPath } = await import("./support/browser.mjs");
  let browser;
  try {
    browser = await browserPath();
  } catch (error) {
    console.error(error.message);
    return CRASHED;
  }
  console.log(`Browser: ${browser}`);
  const { buildParts } = await import("../main/hosts/launch/build.mjs");
  await buildParts(["node", "renderer"].filter((part) => existsSync(join(root, `vite.${part}.config.ts`))));
  const output = join(scratch, "e2e.json");
  const code = await run(bin("@playwright/test", "cli.js"), ["test", "--pass-with-no-tests"], {
    DRIFTLAB_BROWSER: browser,
    PLAYWRIGHT_JSON_OUTPUT_NAME: output,
  });
  const stats = readJson(output)?.stats;
  if (stats === undefined) return CRASHED;
  return withExitCode(code, { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped });
}

/** A runner that says it failed and counted no failure, e.g. by an error outside of any test, has one. */
function withExitCode(code, counts) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

function bin(packageName, file) {
  return join(root, "node_modules", ...packageName.split("/"), file);
}

/** Runs a script with this Node, its output streaming through; its exit code, or 1 when a signal ended it. */
function run(script, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
