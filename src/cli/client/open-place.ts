import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { systemClock } from "../../app/system-clock.ts";
import { githubLimits, unlimited } from "../../core/budget/limits.ts";
import { CoppiceError } from "../../core/errors.ts";
import { fullName, type RepositoryName } from "../../core/repository.ts";
import type { PersonalForge } from "../../github/token-connection.ts";
import type { Plans } from "../../ports/plans.ts";
import { askGit } from "../git.ts";
import { type FoundUp, findUp, type RunningUp } from "../up/client-file.ts";
import { type HubClient, openHub } from "./hub.ts";
import type { PlaceFlags } from "./options.ts";
import { originOf, parseRepositoryName } from "./origin.ts";
import { tellingClock } from "./telling-clock.ts";

/** Pauses between two looks at the thread, milliseconds: the first grows by half each time, up to the longest. */
export interface Pace {
  readonly first: number;
  readonly longest: number;
  /** How long a read may not show what was made a moment before. */
  readonly fresh: number;
}

/** One repository's plans, as the person at the terminal may see and change them. */
export interface Place {
  readonly forge: PersonalForge;
  readonly plans: Plans;
  /** Where an `up` runs here: it knows more than the forge shows. */
  readonly hub?: HubClient;
  /** `owner/name`, and where that is. */
  readonly title: string;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** GitHub's reads may be behind its writes for some seconds, milliseconds. */
const fresh = 8_000;

/** Where an API is asked when nothing else is said. */
const githubApi = "https://api.github.com";

/** The running `up` of the repository, else GitHub with the token of the environment. Throws CoppiceError bad-input that says what is missing. */
export async function openPlace(flags: PlaceFlags, signal: AbortSignal, environment: Environment): Promise<Place> {
  if (flags.repository !== undefined) {
    return onGithub(parseRepositoryName(flags.repository), githubOf(environment), signal);
  }
  const found = await findRunningUp(flags);
  if (found.kind === "running") return onRunningUp(found.up, signal);
  if (!environment.GITHUB_TOKEN?.trim()) {
    throw bad(`${noUp(flags.repo, found.kind)}, and GITHUB_TOKEN is not set; start coppice up there, or set it`);
  }
  const github = githubOf(environment);
  return onGithub(await originOf(resolve(flags.repo), github.apiUrl), github, signal);
}

export type FoundHere = FoundUp & { readonly folder: string };

/** Looks for a running `up` of the repository. Throws CoppiceError bad-input outside of one. */
export async function findRunningUp(flags: Pick<PlaceFlags, "repo" | "data">): Promise<FoundHere> {
  const gitFolder = flags.data === undefined ? await gitFolderOf(flags.repo) : undefined;
  const data = flags.data ?? (gitFolder === undefined ? undefined : join(gitFolder, "coppice"));
  if (data === undefined) throw bad(`${resolve(flags.repo)} is not in a git repository; pass --repo PATH${orName}`);
  const folder = resolve(data);
  return { ...(await findUp(folder)), folder };
}

const orName = ", or name a repository on GitHub with --repository owner/name";

/** That no `up` runs there, in words. */
export function noUp(repo: string, kind: "stale" | "none"): string {
  const what = kind === "stale" ? "the coppice up that ran" : "no coppice up runs";
  return `${what} for ${resolve(repo)}${kind === "stale" ? " was killed" : ""}`;
}

/** git's own folder, the same for all worktrees; undefined outside of a repository. */
async function gitFolderOf(repo: string): Promise<string | undefined> {
  const folder = await realpath(resolve(repo)).catch(() => undefined);
  if (folder === undefined) throw bad(`${resolve(repo)} is not a folder; pass a git repository with --repo`);
  return askGit(folder, ["rev-parse", "--path-format=absolute", "--git-common-dir"]);
}

async function onRunningUp(up: RunningUp, signal: AbortSignal): Promise<Place> {
  const repository = { owner: up.owner, name: up.repo };
  const { apiUrl: baseUrl, token } = up;
  const at = await connectAt({ baseUrl, token, repository, limits: unlimited, signal });
  const title = `${fullName(at.forge.repository)} (coppice up)`;
  return { ...at, hub: openHub(up.hubUrl, up.operatorToken, signal), title };
}

interface Github {
  readonly apiUrl: string;
  readonly token: string;
}

function githubOf(environment: Environment): Github {
  const token = environment.GITHUB_TOKEN?.trim();
  if (!token) throw bad("GITHUB_TOKEN is not set; it must be a token that may write issues in the repository");
  const apiUrl = environment.GITHUB_API_URL?.trim() || githubApi;
  if (!URL.canParse(apiUrl)) throw bad(`GITHUB_API_URL is ${apiUrl}, which is no address; expected ${githubApi}`);
  return { apiUrl, token };
}

async function onGithub(repository: RepositoryName, github: Github, signal: AbortSignal): Promise<Place> {
  const { apiUrl: baseUrl, token } = github;
  const at = await connectAt({ baseUrl, token, repository, limits: githubLimits, signal });
  return { ...at, title: `${fullName(at.forge.repository)} (${new URL(baseUrl).host})` };
}

type ConnectOptions = Omit<Parameters<typeof import("../../github/token-connection.ts").connectWithToken>[0], "clock">;

/** Loads what speaks to a forge only now: that there is none is said without it. */
async function connectAt(options: ConnectOptions): Promise<Omit<Place, "title">> {
  const [{ connectWithToken }, { openPlanStore }] = await Promise.all([
    import("../../github/token-connection.ts"),
    import("../../planner/plan-store.ts"),
  ]);
  const { baseUrl, signal } = options;
  const say = (line: string) => void process.stderr.write(`coppice: ${line}\n`);
  const forge = await connectWithToken({ ...options, clock: tellingClock(systemClock, say) });
  return { forge, plans: openPlanStore(forge.ledger, silent), pace: paceOf(baseUrl), signal };
}

/** A forge on this machine may be asked often; GitHub's limits are shared with all else a person does there. */
function paceOf(apiUrl: string): Pace {
  const local = ["127.0.0.1", "[::1]", "localhost"].includes(new URL(apiUrl).hostname);
  return local ? { first: 150, longest: 1_000, fresh } : { first: 3_000, longest: 6_000, fresh };
}

function bad(message: string): CoppiceError {
  return new CoppiceError("bad-input", message);
}

/** What cannot be read of the ledger is asked for where it matters; a terminal has no log. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };
