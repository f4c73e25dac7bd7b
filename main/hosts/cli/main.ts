/** Owns the command line: its commands, flags and exit codes. */
import { Command, CommanderError } from "commander";
import { checkCommand, presetsCommand, reportCommand, tasksCommand } from "#main/hosts/cli/commands/look.ts";
import { GENERATE_DEFAULTS, generateCommand } from "#main/hosts/cli/commands/generate.ts";
import { RUN_DEFAULTS, type RunFlags } from "#main/hosts/cli/commands/run-plan.ts";
import { runCommand } from "#main/hosts/cli/commands/run.ts";
import { branchCommand, type BranchFlags, handoffsCommand, replayCommand } from "#main/hosts/cli/commands/branch.ts";
import { effectCommand, type EffectFlags } from "#main/hosts/cli/commands/effect.ts";
import { BadInput, EXIT } from "#main/hosts/cli/exit.ts";
import { serve } from "#main/hosts/browser/main.ts";
import { readPort } from "#main/hosts/cli/inputs.ts";
import { watchOutput } from "#main/hosts/cli/write-out.ts";
import { APP_VERSION } from "#main/hosts/version.ts";

/** Runs one command; returns the exit code. Bad input is one clear line on stderr. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = EXIT.done;
  watchOutput();
  const program = new Command("driftlab")
    .description("See where alignment drifts in an organization of AI agents, handoff by handoff.")
    .version(APP_VERSION)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  program
    .command("run")
    .description("run orgs on a suite of tasks beside solo baselines")
    .argument("<ORG...>", "org files (NAME.org.json), preset:NAME or family:KIND:SIZE:SEED")
    .option("--suite <S>", "a built-in suite or a suite file", RUN_DEFAULTS.suite)
    .option("--tasks <a,b>", "only these tasks (default: all but no-tension twins)")
    .option("--solo <a,b>", "one-shot, role-play, budget-matched, best-of-n, or none", RUN_DEFAULTS.solo)
    .option("--pilot <N>", "first run the orgs N times per task, to take budgets from")
    .option("--trait <T=SHARE>", "give a share of agents a trait, e.g. red-team=0.25; repeatable", several)
    .option("--sweep <AXIS=a,b>", "an arm for each value, e.g. memory=on,off; repeatable: all combinations", several)
    .option("--repeats <N>", "runs per task and arm", RUN_DEFAULTS.repeats)
    .option("--connection <C>", "simulated, anthropic, or the base URL of an Anthropic-compatible server", RUN_DEFAULTS.connection)
    .option("--key-env <NAME>", "environment variable that holds a compatible server's own key")
    .option("--population <FILE>", "profile of the simulated population")
    .option("--model <ID>", "one model for all agents")
    .option("--seed <N>", "seed of the simulated population and of resampling", RUN_DEFAULTS.seed)
    .option("--max-output-tokens <N>", "hard cap on the output tokens of the whole experiment")
    .option("--max-usd <X>", "hard cap on its cost in US dollars; every model's price must be known")
    .option("--db <FILE>", "database file (default: in the per-user data folder)")
    .option("--json <FILE>", "write the report")
    .option("--csv <DIR>", "write tidy tables")
    .option("--fresh", "start another experiment even if this plan has one")
    .action(async (orgs: string[], flags: RunFlags) => {
      code = await runCommand(orgs, flags);
    });
  program
    .command("generate")
    .description("write an org of a family: hierarchy, flat, hub or random")
    .argument("<FAMILY>")
    .option("--size <N>", "agents, 3 to 16", GENERATE_DEFAULTS.size)
    .option("--seed <N>", "seed of what is drawn", GENERATE_DEFAULTS.seed)
    .option("--out <FILE>", "org file (default: stdout)")
    .action((family: string, flags: { size: string; seed: string; out?: string }) => {
      code = generateCommand(family, flags);
    });
  program
    .command("check")
    .description("say what is wrong with an org, suite or population file")
    .argument("<FILE>")
    .action((file: string) => {
      code = checkCommand(file);
    });
  program
    .command("presets")
    .description("list the preset orgs")
    .option("--json", "as JSON")
    .action((flags: { json?: boolean }) => {
      code = presetsCommand(flags);
    });
  program
    .command("tasks")
    .description("list the built-in suites' tasks")
    .option("--json", "as JSON")
    .action((flags: { json?: boolean }) => {
      code = tasksCommand(flags);
    });
  program
    .command("report")
    .description("print the report of an experiment that is in the database, or list them")
    .argument("[EXPERIMENT]", "its id, or the start of it; without it the experiments are listed")
    .option("--db <FILE>", "database file")
    .option("--json", "as JSON")
    .action((id: string | undefined, flags: { db?: string; json?: boolean }) => {
      code = reportCommand(id, flags);
    });
  program
    .command("handoffs")
    .description("list an experiment's handoffs, worst first, as branch names them")
    .argument("<EXPERIMENT>", "its id, or the start of it")
    .option("--edge <ID>", "only those of one edge")
    .option("--limit <N>", "at most so many", "20")
    .option("--db <FILE>", "database file")
    .option("--json", "as JSON")
    .action((id: string, flags: { db?: string; edge?: string; limit: string; json?: boolean }) => {
      code = handoffsCommand(id, flags);
    });
  program
    .command("branch")
    .description("change one message of a finished run just before it is delivered, and run the rest again")
    .argument("<RUN>", "a run, as handoffs lists it")
    .argument("<HANDOFF>", "the message")
    .option("--repair", "put back what it lost (M6)")
    .option("--sham", "edit it as much without putting anything back: the control")
    .option("--drop", "do not deliver it")
    .option("--as-sent", "change nothing: only the rest is run again")
    .option("--edit <FILE>", "deliver the text of a file instead")
    .option("--swap <RUN:HANDOFF>", "deliver another run's message of the same edge and task instead")
    .option("--draws <N>", "so many branches", "1")
    .option("--key-env <NAME>", "environment variable that holds a compatible server's own key")
    .option("--max-output-tokens <N>", "hard cap on the output tokens of these branches")
    .option("--max-usd <X>", "hard cap in US dollars on these branches")
    .option("--db <FILE>", "database file")
    .option("--json", "as JSON")
    .action(async (run: string, handoff: string, flags: BranchFlags) => {
      code = await branchCommand(run, handoff, flags);
    });
  program
    .command("effect")
    .description("estimate what repairing an edge's messages changes in the outcome (M5, M6)")
    .argument("<EXPERIMENT>", "its id, or the start of it")
    .option("--org <NAME>", "which org, where there are several")
    .option("--edge <ID...>", "which edges (default: the one that loses most in the runs that are not branched)")
    .option("--checkpoints <C>", "handoffs drawn in each task", "2")
    .option("--draws <K>", "fresh runs of the rest for each of: repaired, sham, as sent", "3")
    .option("--seed <N>", "seed of the drawing", "1")
    .option("--key-env <NAME>", "environment variable that holds a compatible server's own key")
    .option("--max-output-tokens <N>", "hard cap on the output tokens of these branches")
    .option("--max-usd <X>", "hard cap in US dollars on these branches")
    .option("--db <FILE>", "database file")
    .option("--json <FILE>", "write the result")
    .action(async (id: string, flags: EffectFlags) => {
      code = await effectCommand(id, flags);
    });
  program
    .command("replay")
    .description("play a finished run again from its record, with no connection, and check that it takes the same steps")
    .argument("<RUN>", "a run, as handoffs lists it")
    .option("--db <FILE>", "database file")
    .action(async (run: string, flags: { db?: string }) => {
      code = await replayCommand(run, flags);
    });
  program
    .command("serve")
    .description("serve the app to a browser on this machine")
    .option("--port <N>", "port (default: the last one, or a free one)")
    .option("--db <FILE>", "database file")
    .option("--key-env <NAME>", "environment variable that holds a compatible server's own key")
    .option("--no-open", "do not open the default browser")
    .action(async (flags: { port?: string; db?: string; keyEnv?: string; open: boolean }) => {
      code = await serve({
        openBrowser: flags.open,
        ...(flags.port === undefined ? {} : { port: readPort(flags.port) }),
        ...(flags.db === undefined ? {} : { file: flags.db }),
        ...(flags.keyEnv === undefined ? {} : { keyEnv: flags.keyEnv }),
      });
    });
  program.hook("preAction", (_program, command) => {
    // As from a variable that is not set: a file without a name would be nobody's.
    for (const [flag, value] of Object.entries(command.opts()))
      if (value === "")
        throw new BadInput(
          `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is empty: give it a value, or leave it out.`,
        );
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return exitCodeOf(error, program);
  }
}

/** Collects a flag that may be given several times. */
function several(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function exitCodeOf(error: unknown, program: Command): number {
  if (error instanceof BadInput) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.badInput;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code === "commander.help")
      process.stderr.write(`Say what to do: ${program.commands.map((each) => each.name()).join(", ")}. See driftlab --help.\n`);
    else process.stderr.write(`${error.message.replace(/^error: /, "").replace(/\s+/g, " ")}. See driftlab --help.\n`);
    return EXIT.badInput;
  }
  throw error;
}
