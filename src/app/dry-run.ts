import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { githubLimits, unlimited } from "../core/budget/limits.ts";
import { CoppiceError } from "../core/errors.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import { createCode } from "../git/code.ts";
import type { Git } from "../git/git.ts";
import { createGit } from "../git/git.ts";
import { createLeases } from "../git/leases.ts";
import { openMirror } from "../git/mirror.ts";
import type { Connection } from "../github/connection.ts";
import { connect } from "../github/connection.ts";
import { openPlanStore } from "../planner/plan-store.ts";
import { loadSpecialists } from "../planner/specialists.ts";
import { unreadComments } from "../planner/unread.ts";
import type { Forge } from "../ports/forge/forge.ts";
import type { Ledger } from "../ports/forge/ledger.ts";
import { policyReader } from "../reconciler/policy.ts";
import type { RepositoryPreview } from "../reconciler/preview.ts";
import { previewAtStart } from "../reconciler/preview.ts";
import { readingPorts } from "../reconciler/preview-ports.ts";
import { formatPreview } from "../reconciler/preview-text.ts";
import { oneLine } from "../reconciler/preview-words.ts";
import { overridesOf, protocolsOf, wrongKey } from "./forge-access.ts";
import type { AppOptions } from "./options.ts";
import { systemClock } from "./system-clock.ts";

export type DryRunOptions = Pick<
  AppOptions,
  "appId" | "privateKey" | "apiUrl" | "limits" | "policyOverrides" | "defaultAgent" | "log"
>;

/** What an app that started now would do first, as `--dry-run --json` prints it. */
export interface DryRun {
  readonly repositories: readonly RepositoryPreview[];
  /** What could not be read, and why: an account or `owner/name`. */
  readonly problems: readonly { readonly repository: string; readonly problem: string }[];
}

/** Looks once at every repository the app is installed on, and writes nothing there. Throws CoppiceError bad-input for a key the forge does not know, forge-unavailable when it does not answer. */
export async function dryRun(options: DryRunOptions, signal: AbortSignal): Promise<DryRun> {
  const limits = options.limits === "github" ? githubLimits : unlimited;
  const connection = connect({ ...options, baseUrl: options.apiUrl, limits, clock: systemClock, signal });
  const folder = await mkdtemp(join(tmpdir(), "coppice-dry-run-"));
  try {
    const git = await createGit({ folder: join(folder, "git"), protocols: protocolsOf(options.apiUrl) });
    return await lookAtAll(options, { connection, git, folder }, signal);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** All of it for people to read; `none` is said where there is nothing to look at. */
export function formatDryRun(
  { repositories, problems }: DryRun,
  none = "The app is not installed on any repository.",
): string {
  const parts = [
    ...repositories.map(formatPreview),
    ...problems.map(({ repository, problem }) => `${repository} could not be read: ${oneLine(problem, 500)}`),
  ];
  return [...(parts.length === 0 ? [none] : parts), nothingDone].join("\n\n");
}

/** The last line of every dry run. */
const nothingDone = "This was a dry run: nothing was done.";

interface Place {
  readonly connection: Connection;
  readonly git: Git;
  readonly folder: string;
}

async function lookAtAll(options: DryRunOptions, place: Place, signal: AbortSignal): Promise<DryRun> {
  const { installations } = place.connection;
  const problems: { repository: string; problem: string }[] = [];
  const note = (repository: string, error: unknown) => {
    signal.throwIfAborted();
    problems.push({ repository, problem: error instanceof Error ? error.message : String(error) });
  };
  const names = await installations.list(note).catch((error: unknown) => {
    throw wrongKey(error, options) ?? error;
  });
  const repositories: RepositoryPreview[] = [];
  for (const name of names) {
    try {
      const forge = await installations.open(name);
      if (forge !== undefined) repositories.push(await lookAt(options, place, forge));
    } catch (error) {
      note(fullName(name), error);
    }
  }
  return { repositories, problems };
}

/** git gets a token that may only read. */
async function lookAt(options: DryRunOptions, { git, folder }: Place, forge: Forge): Promise<RepositoryPreview> {
  const { log } = options;
  const { defaultBranch, gitUrl: url, repository } = forge;
  const clock = systemClock;
  const token = () => forge.gitToken("read");
  const mirror = await openMirror({ git, folder: folderOf(folder, repository), url, token, clock, log });
  const code = createCode({ mirror, defaultBranch });
  const leases = createLeases({ mirror, clock, log, defaultBranch });
  const plans = openPlanStore(lookedAt(forge.ledger), log);
  const specialists = () => loadSpecialists(code, log);
  const ports = readingPorts({ forge, plans, leases, code, dispatch: nobody, specialists, clock, log });
  const limits = overridesOf(options);
  const seen = await previewAtStart(ports, { limits, agent: options.defaultAgent });
  const { commands } = (await policyReader(code, limits)()).policy;
  return { ...seen, unread: await unreadComments({ forge, store: plans, clock, commands }) };
}

function folderOf(folder: string, { owner, name }: RepositoryName): string {
  return join(folder, `${owner}+${name}.git`.toLowerCase());
}

/** Where there is no ledger yet, none is made. */
function lookedAt(ledger: Pick<Ledger, "find">): Pick<Ledger, "read" | "commit"> {
  return {
    read: async () => (await ledger.find()) ?? { oid: "", paths: [], foreign: [], text: async () => undefined },
    commit() {
      throw new CoppiceError("internal", "a dry run writes nothing");
    },
  };
}

/** Workers come to an app that listens, and what they do is known only there. */
const nobody = { workers: () => [], runs: () => [], isGone: () => false };
