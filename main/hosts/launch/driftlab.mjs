#!/usr/bin/env node
/** Owns the `driftlab` command's start: Node's version, a build where sources are newer, then the command line itself. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { goWhereCalledFrom } from "./called-from.mjs";
import { requireNode } from "./node-version.mjs";

requireNode();
goWhereCalledFrom();
const { buildParts, root } = await import("./build.mjs");
if (existsSync(join(root, "vite.node.config.ts"))) await buildParts(process.argv[2] === "serve" ? ["node", "renderer"] : ["node"]);
const { main } = await import(pathToFileURL(join(root, "dist/node/cli.js")).href);
process.exitCode = await main(process.argv.slice(2));
