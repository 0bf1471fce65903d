import { constants } from "node:fs";
import { cp, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pino from "pino";
import { type DryRun, dryRun, formatDryRun } from "../../app/dry-run.ts";
import { CoppiceError } from "../../core/errors.ts";
import { startForge } from "../../forge/index.ts";
import { openHub } from "../client/hub.ts";
import { print, printJson } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { needPreview } from "../plans/dry-run.ts";
import { findUp, type RunningUp } from "./client-file.ts";
import { holderOf } from "./data-folder.ts";
import { registration } from "./forge-setup.ts";
import type { UpFlags } from "./options.ts";
import { inspectRepository } from "./preflight.ts";

type DryRunFlags = Pick<UpFlags, "repo" | "data" | "merge" | "agent">;

/** `coppice up --dry-run`: what the `up` that runs does next, else what one would do first; answers the exit code. */
export async function dryRunUp(flags: UpFlags, signal: AbortSignal): Promise<number> {
  try {
    const seen = await lookAtUp(flags, signal);
    if (flags.json) printJson(seen);
    else print(formatDryRun(seen, noneYet));
    return seen.problems.length === 0 ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}

/** Reads what is there, and leaves it as it is. Throws CoppiceError bad-input where there is no repository. */
export async function lookAtUp(flags: DryRunFlags, signal: AbortSignal): Promise<DryRun> {
  const repository = await inspectRepository(flags.repo);
  const folder = resolve(flags.data ?? join(repository.gitFolder, "coppice"));
  const found = await findUp(folder);
  if (found.kind === "running") return askRunning(found.up, signal);
  const holder = await holderOf(folder);
  if (holder !== undefined) {
    throw new CoppiceError("bad-input", `${folder} is in use by process ${holder}, which is starting; try again`);
  }
  const isThere = (await stat(join(folder, "forge")).catch(() => undefined))?.isDirectory() === true;
  return isThere ? lookAtCopy(folder, flags, signal) : { repositories: [], problems: [] };
}

/** It knows its workers, and what they do. */
async function askRunning({ hubUrl, operatorToken, owner, repo }: RunningUp, signal: AbortSignal): Promise<DryRun> {
  const hub = openHub(hubUrl, operatorToken, signal);
  return { repositories: [await needPreview(hub, `${owner}/${repo}`)], problems: [] };
}

const noneYet = "No coppice up has run here yet: there are no plans, and one that starts now only waits for /plan.";

/** A forge that starts tidies up in its folder: it is given a copy, which goes again. */
async function lookAtCopy(folder: string, flags: DryRunFlags, signal: AbortSignal): Promise<DryRun> {
  const copy = await mkdtemp(join(tmpdir(), "coppice-dry-run-"));
  try {
    const data = join(copy, "forge");
    await cp(join(folder, "forge"), data, { recursive: true, mode: constants.COPYFILE_FICLONE });
    const forge = await startForge({ data, port: 0 });
    try {
      const app = await forge.admin.ensureApp(registration);
      const credentials = { appId: app.id, privateKey: app.privateKey, apiUrl: forge.apiUrl };
      const limits = flags.merge === undefined ? {} : { merge: flags.merge };
      const host = { limits: "unlimited", policyOverrides: limits, defaultAgent: flags.agent } as const;
      return await dryRun({ ...credentials, ...host, log: pino({ level: "silent" }) }, signal);
    } finally {
      await forge.stop();
    }
  } finally {
    await rm(copy, { recursive: true, force: true, maxRetries: 3 });
  }
}
