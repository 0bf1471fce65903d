import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { CoppiceError } from "../../core/errors.ts";
import { type HubClient, openHub } from "../client/hub.ts";
import { findRunningUp, noUp } from "../client/open-place.ts";
import { print, printJson } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { count } from "../screen/plan-screen.ts";
import { interruption } from "../signals.ts";
import { chooseAgent, chooseSandbox } from "../up/choices.ts";
import { modelEnvironment } from "../up/options.ts";
import { workerEnvironment, workerFlags } from "../up/worker-settings.ts";
import type { RunFlags } from "./command.ts";
import { type Idle, watch } from "./watch.ts";
import { attachWorker } from "./worker.ts";

/** `coppice run`: attaches a worker and shows what it does, until it is told to stop or nothing is left. */
export async function runWorker(flags: RunFlags): Promise<number> {
  const interrupted = interruption();
  const patient = flags.timeout === undefined ? undefined : AbortSignal.timeout(flags.timeout * 1_000);
  const models = modelEnvironment(process.env);
  const agent = chooseAgent(flags.agent, models);
  if (agent === undefined) throw bad("nobody works: pass --agent command:<shell line>, or set ANTHROPIC_API_KEY");
  const { hub, dataFolder } = await findHub(flags, interrupted);
  const sandbox = await chooseSandbox(flags.dangerouslyNoSandbox);
  const settings = { hub: hub.url, models, agent, sandbox, network: flags.allowNetwork, slots: flags.maxAgents };
  const worker = await attachWorker({
    hub,
    dataFolder,
    environment: workerEnvironment(settings),
    flags: workerFlags(settings),
    signal: interrupted,
  });
  try {
    if (!flags.json)
      print(`${worker.name} works for ${hub.url}, ${count(flags.maxAgents, "task")} at once; Ctrl-C ends it.`);
    const ending = AbortSignal.any([interrupted, ...(patient ? [patient] : [])]);
    const out = flags.json ? undefined : process.stdout;
    const end = await watch(hub, { untilIdle: flags.untilIdle, ending, out });
    if (interrupted.aborted) return exitCodes.interrupted;
    if (end === undefined) throw new CoppiceError("timed-out", `there was still work after ${flags.timeout} s`);
    if (flags.json) printJson({ worker: worker.name, ...end });
    else print(sayEnd(end));
    return end.failed > 0 ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    if (interrupted.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    await worker.stop();
  }
}

interface FoundHub {
  readonly hub: HubClient;
  readonly dataFolder: string;
}

/** The hub in COPPICE_HUB, else the one of the running `up`. */
async function findHub(flags: RunFlags, signal: AbortSignal): Promise<FoundHub> {
  const named = process.env.COPPICE_HUB?.trim();
  if (named) {
    const token = process.env.COPPICE_OPERATOR_TOKEN?.trim();
    if (!token) throw bad("COPPICE_HUB is set and COPPICE_OPERATOR_TOKEN is not; a worker token is for coppice-worker");
    if (!/^https?:\/\//.test(named) || !URL.canParse(named)) {
      throw bad(`COPPICE_HUB is ${named}, which is no address; expected http://host:port`);
    }
    const dataFolder = resolve(flags.data ?? join(homedir(), ".local", "share", "coppice"));
    return { hub: openHub(named, token, signal), dataFolder };
  }
  const found = await findRunningUp(flags);
  if (found.kind === "running")
    return { hub: openHub(found.up.hubUrl, found.up.operatorToken, signal), dataFolder: found.folder };
  const start = "start coppice up there, or set COPPICE_HUB and COPPICE_OPERATOR_TOKEN";
  throw bad(`${noUp(flags.repo, found.kind)}; ${start}`);
}

function sayEnd({ waiting, failed }: Idle): string {
  if (failed > 0)
    return `Nothing is left but ${count(failed, "task")} that failed or ${failed === 1 ? "waits" : "wait"} for one that did; coppice status says why.`;
  return waiting > 0
    ? `Nothing is left but ${count(waiting, "task")} that wait${waiting === 1 ? "s" : ""} for people; coppice status says for what.`
    : "Nothing is left to do.";
}

function bad(message: string): CoppiceError {
  return new CoppiceError("bad-input", message);
}
