import { join } from "node:path";
import { CoppiceError } from "../../core/errors.ts";
import type { Faultiness } from "../../forge/index.ts";
import { exitCodes } from "../failure.ts";
import { type Screen, screenOf } from "../screen/screen.ts";
import { aborted, interruption } from "../signals.ts";
import { chooseAgent, chooseSandbox } from "./choices.ts";
import { modelEnvironment, type UpFlags } from "./options.ts";
import { inspectRepository } from "./preflight.ts";
import { startUp, type Up, type UpOptions } from "./start.ts";
import { unpushedNotice } from "./unpushed.ts";

/** Starts everything `up` stands for, says where it is, and stops it when told; answers the exit code. */
export async function up(flags: UpFlags): Promise<number> {
  const interrupted = interruption();
  if (flags.dryRun) return (await import("./dry-run.ts")).dryRunUp(flags, interrupted);
  const options = await upOptions(flags);
  const started = await startUp(options);
  process.stdout.write(
    flags.json ? `${JSON.stringify(started.ready)}\n` : welcome(started, flags, screenOf(process.stdout)),
  );
  const unpushed = await unpushedNotice(started.ready, options.repository, options.dataFolder);
  if (unpushed !== undefined) process.stderr.write(`${screenOf(process.stderr).colors.yellow(unpushed)}\n`);
  const saidAtEnd = await announceFaults(started, options, flags);
  await aborted(interrupted);
  if (!flags.json) process.stdout.write("\nStopping; what runs is kept and goes on next time.\n");
  saidAtEnd();
  await started.stop();
  return exitCodes.done;
}

/** Nobody is to wonder why things fail; on standard error, where it is in nobody's way. */
async function announceFaults({ forge }: Up, { faults }: UpOptions, flags: UpFlags): Promise<() => void> {
  if (faults === undefined || flags.faults === undefined) return () => undefined;
  const { faultsNotice, faultsReport } = await import("./faults-file.ts");
  process.stderr.write(`${screenOf(process.stderr).colors.yellow(faultsNotice(flags.faults, faults))}\n`);
  return () => void process.stderr.write(`${faultsReport(forge.admin.faultsSeen())}\n`);
}

/** Everything is checked before anything is started. */
async function upOptions(flags: UpFlags): Promise<UpOptions> {
  const models = modelEnvironment(process.env);
  if (flags.planner === "anthropic" && models.apiKey === undefined) {
    throw new CoppiceError(
      "bad-input",
      "--planner anthropic: ANTHROPIC_API_KEY is not set; set it, or use --planner keywords",
    );
  }
  // Without workers here it is theirs who come to choose, unless somebody says so.
  const agent = flags.workers === 0 && flags.agent === undefined ? undefined : chooseAgent(flags.agent, models);
  const faults = flags.faults === undefined ? undefined : await readFaults(flags.faults);
  const repository = await inspectRepository(flags.repo);
  return {
    repository,
    dataFolder: flags.data ?? join(repository.gitFolder, "coppice"),
    port: flags.port,
    workers: flags.workers,
    planner: flags.planner,
    models,
    agent,
    sandbox: agent === undefined || flags.workers === 0 ? "none" : await chooseSandbox(flags.dangerouslyNoSandbox),
    network: flags.allowNetwork,
    limits: flags.merge === undefined ? {} : { merge: flags.merge },
    faults,
  };
}

/** What the file may say, the forge knows: it is loaded for this alone. */
async function readFaults(path: string): Promise<Faultiness> {
  const { readFaultsFile } = await import("./faults-file.ts");
  return readFaultsFile(path);
}

function welcome({ ready, signIn }: Up, flags: UpFlags, { colors }: Screen): string {
  const place = `${ready.owner}/${ready.repo}`;
  const lines = [
    "",
    `${colors.bold("Coppice is up")} for ${place}. Write ${colors.cyan("/plan")} as a comment on an issue,`,
    `or begin here in another terminal: ${colors.cyan('coppice plan "<goal>"')}`,
    "",
    `  pages   ${colors.cyan(`${ready.url}/${place}/issues`)}`,
    `  sign in ${colors.cyan(signIn())} (works once)`,
    `  merged  git pull ${ready.gitUrl}/${place}.git`,
    "",
    ...notices(flags, colors),
    "Ctrl-C stops it; starting it again goes on where it was.",
    "",
  ];
  return lines.join("\n");
}

function notices(flags: UpFlags, colors: Screen["colors"]): string[] {
  const sandbox = flags.dangerouslyNoSandbox
    ? [colors.yellow("Agents run without a sandbox: they can do all that you can do.")]
    : [];
  return [...sandbox, ...(nobodyWorks(flags) ? [colors.yellow(noWorkers)] : [])];
}

const noWorkers = "Nobody works yet: coppice run --agent … starts a worker; until then plans can be made and approved.";

function nobodyWorks({ agent, workers }: UpFlags): boolean {
  return workers === 0 || (agent === undefined && !process.env.ANTHROPIC_API_KEY);
}
