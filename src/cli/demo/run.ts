import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sampleAddition, sampleGoal, sampleProject } from "../../rehearsal/sample.ts";
import type { Rehearsal } from "../../rehearsal/start.ts";
import { startRehearsal } from "../../rehearsal/start.ts";
import { exitCodes } from "../failure.ts";
import { startLiveView } from "../screen/live-view.ts";
import { type Screen, screenOf } from "../screen/screen.ts";
import { aborted, interruption } from "../signals.ts";
import { inspectRepository } from "../up/preflight.ts";
import { startUp, type Up } from "../up/start.ts";
import type { DemoFlags } from "./command.ts";
import { person } from "./person.ts";
import { type DemoResult, formatReport, isSuccess } from "./report.ts";
import { makeSample, pullMerged, runSampleTests } from "./sample.ts";

/** The rehearsal model's pause before each answer, milliseconds: slow enough to be followed. */
const pause = 600;

/** Plays the demo from a fresh sample project to its merged end; answers the exit code. */
export async function demo(flags: DemoFlags): Promise<number> {
  const interrupted = interruption();
  const screen = screenOf(process.stdout);
  const sample = await makeSample(sampleProject);
  const rehearsal = await startRehearsal({ pause });
  let up: Up | undefined;
  try {
    process.stdout.write(introduction(sample.repository, screen));
    up = await startUp(await upOptions(flags, sample, rehearsal));
    const result = await play(up, sample.repository, interrupted);
    process.stdout.write(formatReport(result, screen));
    if (!flags.exit) {
      process.stdout.write(invitation(up, sample.repository, screen));
      await aborted(interrupted);
    }
    return isSuccess(result) ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    if (interrupted.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    await up?.stop();
    await rehearsal.stop();
    await rm(sample.folder, { recursive: true, force: true });
  }
}

async function upOptions(flags: DemoFlags, sample: { folder: string; repository: string }, rehearsal: Rehearsal) {
  return {
    repository: await inspectRepository(sample.repository),
    dataFolder: flags.data ?? join(sample.folder, "data"),
    port: flags.port,
    workers: flags.workers,
    planner: "anthropic",
    models: { apiKey: "rehearsal", baseUrl: rehearsal.url, model: "rehearsal" },
    agent: "anthropic",
    sandbox: "none",
    network: false,
    limits: { merge: "auto" },
  } as const;
}

/** Plays the person from the issue to the merged end, with the live view beside it. */
async function play(up: Up, repository: string, interrupted: AbortSignal): Promise<DemoResult> {
  const { colors } = screenOf(process.stdout);
  const before = await runSampleTests(repository);
  const started = Date.now();
  let issue = 0;
  const view = startLiveView({
    heading: "measure",
    look: () => up.app.tasks(up.ready.owner, up.ready.repo, issue),
    out: process.stdout,
    subscribe: (listener) => up.app.hub.events.subscribe(listener),
  });
  const you = person(up.ready, { onSay: (text) => view.say(`${colors.bold("you")}  ${text}`), signal: interrupted });
  try {
    issue = await you.openIssue("More than lengths", "People ask for weight, temperature and volume.");
    view.say(`     ${colors.dim(`${up.ready.url}/${up.ready.owner}/${up.ready.repo}/issues/${issue}`)}`);
    await you.say(issue, `/plan ${sampleGoal}`);
    await you.seesRevision(issue, 1);
    await you.say(issue, `/add ${sampleAddition} after T6 agent:docs-writer`);
    await you.seesRevision(issue, 2);
    await you.say(issue, "/approve r2");
    await you.seesEnd(issue);
  } finally {
    view.stop();
  }
  const seconds = Math.round((Date.now() - started) / 1_000);
  const requests = up.forge.requests();
  await pullMerged(repository, remote(up));
  const tasks = up.app.tasks(up.ready.owner, up.ready.repo, issue);
  return {
    tasks: tasks.length,
    tasksDone: tasks.filter(({ state }) => state === "done").length,
    mostAtOnce: view.mostAtOnce,
    pulls: await you.pulls(),
    seconds,
    requests,
    before,
    after: await runSampleTests(repository),
  };
}

function remote({ ready }: Up): string {
  return `${ready.gitUrl}/${ready.owner}/${ready.repo}.git`;
}

function introduction(repository: string, { colors }: Screen): string {
  return [
    "",
    colors.bold("Coppice: one issue in, merged pull requests out"),
    "",
    `${colors.yellow("This is a rehearsal.")} The forge, git, webhooks, workers, worktrees, checks and merges are real;`,
    "the model is a script on this machine that knows only the sample project, and runs without a sandbox.",
    `With a real model, in a repository of yours:  ${colors.cyan("ANTHROPIC_API_KEY=… npx coppice up")}`,
    "",
    colors.dim(`sample project: ${repository}`),
    "",
  ].join("\n");
}

function invitation(up: Up, repository: string, { colors }: Screen): string {
  const place = `${up.ready.url}/${up.ready.owner}/${up.ready.repo}`;
  return [
    `Look around: ${colors.cyan(`${place}/issues`)}, signed in as ${up.ready.owner}: ${colors.cyan(up.signIn())} (works once)`,
    `What was merged is in ${repository} too. Ctrl-C ends the demo and removes it all.`,
    "",
  ].join("\n");
}
