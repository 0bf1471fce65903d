import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { Git } from "../git/git.ts";
import { createLeases } from "../git/leases.ts";
import type { Mirror } from "../git/mirror.ts";
import { openMirror } from "../git/mirror.ts";
import { createWorkspaces } from "../git/workspaces.ts";
import type { Clock } from "../ports/clock.ts";
import type { TaskOffer } from "../ports/dispatch.ts";
import type { Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import type { Workspaces } from "../ports/workspaces.ts";
import type { GitToken } from "./git-token.ts";
import { createGitToken } from "./git-token.ts";

/** What runs of one repository share. */
export interface WorkedRepository {
  readonly url: string;
  readonly token: GitToken;
  readonly parts: Promise<{ leases: Leases; workspaces: Workspaces; tidy: Mirror["tidy"] }>;
}

export interface RepositoriesOptions {
  readonly git: Git;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Asks the hub for a newer token of this repository. */
  readonly requestToken: (repository: RepositoryName) => void;
}

/** The repositories this worker has mirrors of. */
export interface Repositories {
  /** The offer's repository; its mirror is made in the background. */
  of(offer: TaskOffer): WorkedRepository;
  /** Repacks the mirrors in use that need it, one after the other. */
  tidy(signal: AbortSignal): Promise<void>;
  /** `owner/name` of every mirror on disk. */
  warm(): Promise<readonly string[]>;
}

const namePattern = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** True when owner and name are what GitHub allows, and so safe as folder names. */
export function isPlainName({ owner, name }: RepositoryName): boolean {
  return namePattern.test(owner) && namePattern.test(name);
}

export function createRepositories(options: RepositoriesOptions): Repositories {
  const known = new Map<string, WorkedRepository>();
  const mirrors = join(options.folder, "mirrors");
  const open = ({ repository, gitUrl, defaultBranch }: TaskOffer): WorkedRepository => {
    const token = createGitToken(options.clock, () => options.requestToken(repository));
    const folder = join(mirrors, repository.owner, `${repository.name}.git`);
    const parts = openMirror({ ...options, folder, url: gitUrl, token: token.get }).then((mirror) => ({
      leases: createLeases({ ...options, mirror, defaultBranch }),
      workspaces: createWorkspaces({ ...options, mirror, folder: join(options.folder, "runs") }),
      tidy: mirror.tidy,
    }));
    parts.catch(() => known.delete(fullName(repository)));
    return { url: gitUrl, token, parts };
  };
  return {
    of: (offer) => {
      const key = fullName(offer.repository);
      const there = known.get(key);
      if (there?.url === offer.gitUrl) return there;
      const opened = open(offer);
      known.set(key, opened);
      return opened;
    },
    tidy: async (signal) => {
      for (const { url, parts } of known.values()) {
        const isTidied = await parts.then(({ tidy }) => tidy(signal));
        if (isTidied) options.log.info({ url }, "a mirror is repacked");
      }
    },
    warm: async () => {
      const owners = await readdir(mirrors).catch(() => []);
      const names = owners.map(async (owner) => {
        const folders = await readdir(join(mirrors, owner)).catch(() => []);
        return folders.filter((folder) => folder.endsWith(".git")).map((folder) => `${owner}/${folder.slice(0, -4)}`);
      });
      return (await Promise.all(names)).flat().slice(0, 1_000);
    },
  };
}
