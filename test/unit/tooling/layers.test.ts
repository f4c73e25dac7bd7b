/** Proves the layer rules of `.oxlintrc.json`: each planted violation is reported, what is allowed passes, and the real tree is clean. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const IMPORTS = "eslint(no-restricted-imports)";
const PARENT = "import(no-relative-parent-imports)";
const CYCLE = "import(no-cycle)";
const NODE = "import(no-nodejs-modules)";

interface Case {
  file: string;
  source: string;
  rule: string;
}

const imports = (file: string, ...specifiers: string[]): Case[] =>
  specifiers.map((specifier) => ({ file, source: `import { thing } from "${specifier}";\nthing();\n`, rule: IMPORTS }));

/** Each is planted in a file of its own. */
const VIOLATIONS: Case[] = [
  // 1. shared
  ...imports(
    "shared/drift/a.ts",
    "#main/lab/x.ts",
    "#renderer/ui/x.ts",
    "react",
    "node:fs",
    "yaml",
    "@orpc/contract",
    "#shared/run/x.ts",
    "#shared/rpc/x.ts",
  ),
  ...imports("shared/org/a.ts", "#shared/run/x.ts"),
  ...imports("shared/task/a.ts", "#shared/run/x.ts"),
  ...imports("shared/run/a.ts", "#shared/rpc/x.ts", "@orpc/contract"),
  ...imports("shared/rpc/a.ts", "@orpc/server", "#main/lab/x.ts"),
  ...imports("shared/problem.ts", "#shared/run/x.ts", "./run/x.ts"),
  // 2. engine and measure
  ...imports(
    "main/engine/a.ts",
    "node:fs",
    "fs",
    "zod",
    "better-sqlite3",
    "#main/measure/x.ts",
    "#main/models/x.ts",
    "#main/lab/x.ts",
    "@anthropic-ai/sdk",
  ),
  ...imports("main/measure/stats/a.ts", "node:crypto", "#main/engine/x.ts", "#main/store/x.ts", "better-sqlite3", "commander"),
  { file: "main/engine/fs.ts", source: 'import { readFileSync } from "node:fs";\nreadFileSync("x");\n', rule: NODE },
  { file: "main/engine/clock.ts", source: "export const now = () => Date.now();\n", rule: "eslint(no-restricted-globals)" },
  { file: "main/measure/clock.ts", source: "export const now = () => new Date();\n", rule: "eslint(no-restricted-globals)" },
  { file: "main/measure/hidden.ts", source: "export const now = () => globalThis.Date.now();\n", rule: "eslint(no-restricted-globals)" },
  { file: "main/engine/dice.ts", source: "export const roll = () => Math.random();\n", rule: "eslint(no-restricted-properties)" },
  // 3. models, store, exchange
  ...imports("main/models/a.ts", "#main/store/x.ts", "#main/exchange/x.ts", "#main/engine/x.ts", "better-sqlite3"),
  ...imports("main/store/a.ts", "#main/models/x.ts", "#main/exchange/x.ts", "#main/lab/x.ts", "@anthropic-ai/sdk"),
  ...imports("main/exchange/a.ts", "#main/models/x.ts", "#main/store/x.ts", "#main/measure/x.ts", "better-sqlite3", "@anthropic-ai/sdk"),
  // 4. lab and hosts
  ...imports(
    "main/lab/use/a.ts",
    "#main/hosts/x.ts",
    "#renderer/ui/x.ts",
    "better-sqlite3",
    "@anthropic-ai/sdk/client.js",
    "electron",
    "react",
  ),
  ...imports("main/engine/b.ts", "#main/hosts/x.ts"),
  ...imports("main/store/b.ts", "#main/hosts/x.ts"),
  ...imports(
    "main/hosts/cli/a.ts",
    "#main/engine/x.ts",
    "#main/measure/x.ts",
    "electron",
    "electron/main",
    "better-sqlite3",
    "#renderer/ui/x.ts",
  ),
  ...imports("main/hosts/electron/a.ts", "#main/engine/x.ts", "#renderer/ui/x.ts"),
  ...imports("test/support/a.ts", "electron"),
  // 5. renderer
  ...imports("renderer/ui/a.tsx", "#main/lab/x.ts", "node:fs", "electron", "better-sqlite3", "@anthropic-ai/sdk"),
  { file: "renderer/ui/path.ts", source: 'import { join } from "path";\njoin("x");\n', rule: NODE },
  ...imports("renderer/design/a.tsx", "#renderer/experiment/x.ts", "#renderer/drift/x.ts", "#renderer/settings/x.ts", "#main/lab/x.ts"),
  ...imports("renderer/experiment/a.tsx", "#renderer/design/x.ts"),
  ...imports("renderer/drift/a.tsx", "#renderer/settings/x.ts"),
  ...imports("renderer/settings/a.tsx", "#renderer/drift/x.ts"),
  ...imports(
    "renderer/state/a.ts",
    "./view.tsx",
    "#renderer/ui/button.tsx",
    "#renderer/design/x.ts",
    "@mantine/core",
    "react-dom",
    "#main/lab/x.ts",
  ),
  ...imports("renderer/ui/table-view-model.ts", "react", "react-dom/client", "#renderer/ui/x.tsx", "#main/lab/x.ts"),
  ...imports("renderer/drift/view-models/heat-view-model.ts", "react", "@xyflow/react", "@mantine/core", "#renderer/design/x.ts"),
  // 6. no climbing, no circles, no barrels
  ...imports("main/lab/a.ts", "../../../etc/x.ts", "./../hosts/x.ts", "#shared/../main/hosts/x.ts"),
  ...imports("main/engine/c.ts", "#shared/../main/hosts/x.ts", "./../hosts/x.ts"),
  ...imports("main/models/c.ts", "#main/models/../store/x.ts"),
  ...imports("test/unit/deep/er/a.test.ts", "../../../support/x.ts"),
  { file: "main/engine/up.ts", source: 'import { thing } from "../store/other.ts";\nthing();\n', rule: PARENT },
  {
    file: "renderer/design/up.ts",
    source: 'import type { Thing } from "../../main/lab/other.ts";\nexport type Up = Thing;\n',
    rule: PARENT,
  },
  {
    file: "main/lab/barrel.ts",
    source: 'export * from "#shared/org/schema.ts";\nexport * from "#shared/task/schema.ts";\n',
    rule: "oxc(no-barrel-file)",
  },
  // the same rules by every other way of naming a module
  { file: "renderer/ui/type.ts", source: 'import type { Lab } from "#main/lab/lab.ts";\nexport type Mine = Lab;\n', rule: IMPORTS },
  { file: "renderer/ui/inline.ts", source: 'import { type Lab } from "#main/lab/lab.ts";\nexport type Mine = Lab;\n', rule: IMPORTS },
  { file: "renderer/ui/reexport.ts", source: 'export type { Lab } from "#main/lab/lab.ts";\n', rule: IMPORTS },
  { file: "renderer/ui/star.ts", source: 'export * from "#main/lab/lab.ts";\n', rule: IMPORTS },
  { file: "renderer/ui/dynamic.ts", source: 'export const load = () => import("#main/lab/lab.ts");\n', rule: IMPORTS },
  { file: "renderer/ui/side-effect.ts", source: 'import "#main/lab/lab.ts";\n', rule: IMPORTS },
  {
    file: "renderer/ui/import-type.ts",
    source: 'export type Mine = import("#main/lab/lab.ts").Lab;\n',
    rule: "typescript(consistent-type-imports)",
  },
  { file: "main/engine/required.ts", source: 'export const fs = require("node:fs");\n', rule: "typescript(no-require-imports)" },
];

/** Planted beside them, and reported by nothing but what their circles earn. */
const CIRCLES: Record<string, string> = {
  "main/lab/circle-a.ts": 'import { b } from "#main/lab/circle-b.ts";\nexport const a = () => b();\n',
  "main/lab/circle-b.ts": 'import { a } from "#main/lab/circle-a.ts";\nexport const b = (): unknown => a();\n',
  "shared/org/type-circle-a.ts": 'import type { B } from "./type-circle-b.ts";\nexport interface A {\n  b: B;\n}\n',
  "shared/org/type-circle-b.ts": 'import type { A } from "#shared/org/type-circle-a.ts";\nexport interface B {\n  a: A | null;\n}\n',
};

const ALLOWED: Record<string, string[]> = {
  "shared/drift/ok.ts": ["#shared/org/x.ts", "./x.ts", "zod"],
  "shared/run/ok.ts": ["#shared/org/x.ts", "#shared/task/x.ts", "zod"],
  "shared/rpc/ok.ts": ["#shared/run/x.ts", "zod", "@orpc/contract"],
  "main/engine/ok.ts": ["#shared/run/x.ts", "#main/engine/x.ts", "./x.ts"],
  "main/measure/stats/ok.ts": ["#shared/drift/x.ts", "#main/measure/x.ts", "re2js", "@stdlib/stats-base-dists-t-quantile"],
  "main/models/ok.ts": ["#shared/run/x.ts", "@anthropic-ai/sdk", "zod", "node:crypto", "node:timers/promises"],
  "main/store/ok.ts": ["#shared/run/x.ts", "better-sqlite3", "node:fs"],
  "main/exchange/ok.ts": ["#shared/org/x.ts", "#main/exchange/x.ts", "yaml", "node:fs"],
  "main/lab/ok.ts": ["#main/engine/x.ts", "#main/measure/x.ts", "#main/models/x.ts", "#main/store/x.ts", "#main/exchange/x.ts", "node:fs"],
  "main/hosts/cli/ok.ts": [
    "#main/lab/x.ts",
    "#main/models/x.ts",
    "#main/store/x.ts",
    "#main/exchange/x.ts",
    "#main/hosts/x.ts",
    "commander",
  ],
  "main/hosts/electron/ok.ts": ["electron", "electron/main", "#main/lab/x.ts", "#main/hosts/x.ts"],
  "renderer/design/ok.tsx": [
    "#shared/org/x.ts",
    "#renderer/ui/x.tsx",
    "#renderer/state/x.ts",
    "#renderer/design/x.ts",
    "#shared/drift/x.ts",
    "react",
  ],
  "renderer/state/ok.ts": ["#shared/run/x.ts", "zustand", "react", "./x.ts", "@orpc/client"],
  "renderer/design/graph-view-model.ts": ["#shared/org/x.ts", "#renderer/design/other-view-model.ts"],
};

const temporary = mkdtempSync(join(tmpdir(), "driftlab-layers-"));
let findings: { file: string; code: string; message: string }[];

/** Every diagnostic of oxlint in `folder`, with the folder's own configuration. */
function lint(folder: string): typeof findings {
  const result = spawnSync(process.execPath, [join(root, "node_modules", "oxlint", "bin", "oxlint"), "-f", "json", "."], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined) throw result.error;
  if (!result.stdout.trimStart().startsWith("{")) throw new Error(`oxlint said no JSON: ${result.stdout}${result.stderr}`);
  const report = JSON.parse(result.stdout) as { diagnostics: { filename: string; code: string; message: string }[] };
  return report.diagnostics.map(({ filename, code, message }) => ({ file: filename.replaceAll("\\", "/"), code, message }));
}

function plant(file: string, source: string): void {
  const path = join(temporary, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
}

/** `a.ts` → `a-3.ts`; the ending that rules go by stays. */
function planted(index: number): string {
  const { file } = VIOLATIONS[index] as Case;
  return file.includes("view-model") ? file.replace("view-model", `view-model-${index}`) : file.replace(/([^/.]+)\./, `$1-${index}.`);
}

beforeAll(() => {
  for (const name of [
    ".oxlintrc.json",
    "package.json",
    "tsconfig.json",
    "tsconfig.base.json",
    "tsconfig.node.json",
    "tsconfig.shared.json",
    "tsconfig.web.json",
  ]) {
    copyFileSync(join(root, name), join(temporary, name));
  }
  VIOLATIONS.forEach(({ source }, index) => plant(planted(index), source));
  for (const [file, source] of Object.entries(CIRCLES)) plant(file, source);
  for (const [file, specifiers] of Object.entries(ALLOWED)) {
    plant(file, specifiers.map((specifier, at) => `import { thing as thing${at} } from "${specifier}";\nthing${at}();\n`).join(""));
  }
  plant(
    "renderer/drift/flow-view-model.ts",
    'import type { Node } from "@xyflow/react";\nimport type { Data } from "#renderer/drift/node.tsx";\nexport type Mine = Node<Data>;\n',
  );
  findings = lint(temporary);
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe("a planted violation is reported", () => {
  it.each(VIOLATIONS.map((violation, index) => ({ ...violation, index, text: violation.source.split("\n")[0] })))(
    "$file: $text",
    ({ index, rule }) => {
      expect(findings.filter(({ file, code }) => file === planted(index) && code === rule)).not.toEqual([]);
    },
  );

  it.each(Object.keys(CIRCLES))("circle: %s", (circle) => {
    expect(findings.filter(({ file }) => file === circle).map(({ code }) => code)).toEqual([CYCLE]);
  });
});

describe("what is allowed passes", () => {
  it.each([...Object.keys(ALLOWED), "renderer/drift/flow-view-model.ts"])("%s", (allowed) => {
    expect(findings.filter(({ file }) => file === allowed)).toEqual([]);
  });
});

it("the real tree is clean", () => {
  expect(lint(root).map(({ file, code, message }) => `${file} ${code} ${message}`)).toEqual([]);
});
