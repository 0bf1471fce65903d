import type { RepositoryName } from "../../../src/core/repository.ts";
import { fullName } from "../../../src/core/repository.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Forge, Installations } from "../../../src/ports/forge/forge.ts";
import type { LedgerFile } from "../../../src/ports/forge/ledger.ts";
import { settableClock } from "./clock.ts";
import { memoryComments } from "./comments.ts";
import { memoryIssues } from "./issues.ts";
import type { Journal } from "./journal.ts";
import { openJournal } from "./journal.ts";
import { memoryLabels } from "./labels.ts";
import { memoryLedger } from "./ledger.ts";
import { inventOid } from "./oid.ts";
import type { People } from "./people.ts";
import { memoryPeople } from "./people.ts";
import { memoryPermissions } from "./permissions.ts";
import { memoryPlanViews } from "./plan-views.ts";
import { memoryPulls } from "./pulls.ts";
import type { World } from "./world.ts";
import { emptyWorld } from "./world.ts";

/** One repository in memory, the app's view of it, and the test's hands on it. */
export interface MemoryForge<ForgeClock extends Clock = Clock> {
  readonly forge: Forge;
  /** The app installed on this one repository. */
  readonly installations: Installations;
  /** What others do. */
  readonly people: People;
  /** What was called, and which calls shall fail. */
  readonly journal: Journal;
  /** Everything there is, for assertions. */
  readonly world: World;
  readonly clock: ForgeClock;
  /** A ledger commit by somebody who is not the app (see `people.commitLedger`). */
  commitLedger(files: readonly LedgerFile[], message?: string): void;
}

export interface MemoryForgeOptions<ForgeClock extends Clock> {
  readonly repository?: RepositoryName;
  readonly clock?: ForgeClock;
}

export function memoryForge(options?: { repository?: RepositoryName }): MemoryForge<ReturnType<typeof settableClock>>;
export function memoryForge<C extends Clock>(options: { repository?: RepositoryName; clock: C }): MemoryForge<C>;
/** A repository `octo/sample` with a default branch `main`, no issues, and nobody who may command. */
export function memoryForge(options: MemoryForgeOptions<Clock> = {}): MemoryForge {
  const { repository = { owner: "octo", name: "sample" }, clock = settableClock() } = options;
  const journal = openJournal();
  const world = emptyWorld({ repository, botLogin: "coppice[bot]", clock, journal });
  world.branches.set("main", inventOid());
  const forge = forgeOf(world);
  const people = memoryPeople(world);
  return {
    forge,
    installations: {
      list: async () => [repository],
      open: async (wanted) => (sameName(wanted, repository) ? forge : undefined),
    },
    people,
    journal,
    world,
    clock,
    commitLedger: (files, message = "by hand") => void people.commitLedger("mallory", files, message),
  };
}

/** GitHub compares names without case. */
function sameName(one: RepositoryName, other: RepositoryName): boolean {
  return fullName(one).toLowerCase() === fullName(other).toLowerCase();
}

function forgeOf(world: World): Forge {
  return {
    repository: world.repository,
    botLogin: world.botLogin,
    defaultBranch: "main",
    gitUrl: `https://forge.test/${fullName(world.repository)}.git`,
    issues: memoryIssues(world),
    comments: memoryComments(world),
    labels: memoryLabels(world),
    pulls: memoryPulls(world),
    permissions: memoryPermissions(world),
    plans: memoryPlanViews(world),
    ledger: memoryLedger(world),
    serve: (_plan, work) => work(),
    gitToken: (scope) => world.journal.call("gitToken", scope, () => `memory-${scope}-token`),
  };
}
