import type { Lease } from "../core/lease/lease.ts";
import type { PlanState } from "../core/plan/plan.ts";
import type { TaskProgress } from "../core/queue/progress.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { ExplainedPlan } from "../hub/explain-route.ts";
import type { RunEnded } from "../ports/dispatch.ts";
import type { Forge, Installations, ListedRepository } from "../ports/forge/forge.ts";
import type { Log } from "../ports/log.ts";
import type { Reconciler } from "../reconciler/loop.ts";
import type { RepositoryPreview } from "../reconciler/preview.ts";
import type { Work } from "./work.ts";

/** One repository under the app's care. */
export interface TendedRepository {
  readonly name: RepositoryName;
  /** See `identityOf`. */
  readonly identity: string | undefined;
  /** Deals with the new comments of an issue. */
  handle(issue: number): Promise<void>;
  /** Deals with all comments that no webhook told of; true when there were any. */
  sweep(): Promise<boolean | undefined>;
  /** Others changed something: what is remembered of it is read anew. */
  heard(news: RepositoryNews): void;
  /** A run or a worker changed: has that plan, or every plan, looked at again soon. */
  wake(plan?: number): void;
  /** Looks at every plan now, and resolves when what is due has been done. */
  reconcile(): Promise<void>;
  /** The lease of a task's issue, read now. */
  lease(issue: number): Promise<Lease | undefined>;
  ended(run: RunEnded): Promise<void>;
  plans(): Promise<readonly PlanState[]>;
  /** How far the plan's tasks were at the last look; empty when it has not been looked at. */
  tasks(plan: number): readonly TaskReport[];
  /** Why the tasks of this plan, or of the plan of this task's issue, are where they are; undefined when it has not been looked at. */
  explain(issue: number): ExplainedPlan | undefined;
  /** What the next look at a plan, or at every plan, would do; nothing is performed. */
  readonly preview?: (plan?: number) => Promise<RepositoryPreview>;
  gitToken(): Promise<string>;
  /** Numbers for people to watch; absent where nobody counts. */
  readonly figures?: () => Reconciler["answers"]["figures"];
  /** Its plans are not looked after: what does that threw, and has not lasted since it was begun again. */
  isFailing(): boolean;
  stop(): Promise<void>;
}

/** What a webhook told of. */
export type RepositoryNews = Extract<Work, { kind: "repository" | "push" | "comment" }>;

/** One task and how far it is. */
export interface TaskReport extends TaskProgress {
  readonly title: string;
}

export interface RepositoriesOptions {
  readonly installations: Pick<Installations, "list">;
  /** Undefined when the app is not installed there (any more). */
  readonly open: (repository: RepositoryName) => Promise<TendedRepository | undefined>;
  /** What `open` would give now; undefined when the app is not installed there. */
  readonly identify: (repository: RepositoryName) => Promise<string | undefined>;
  /** Told of every repository that is gone for the app: not of one that has another name, or cannot be asked now. */
  readonly givenUp?: (repository: RepositoryName) => void;
  readonly log: Log;
}

/** The repositories the app looks after, opened when first needed. */
export class Repositories {
  readonly #options: RepositoriesOptions;
  readonly #open = new Map<string, Promise<TendedRepository | undefined>>();
  readonly #opened = new Map<string, TendedRepository>();
  #stopped = false;

  constructor(options: RepositoriesOptions) {
    this.#options = options;
  }

  /** Opens it when it is not open yet; undefined when the app is not installed there. */
  async of(name: RepositoryName): Promise<TendedRepository | undefined> {
    if (this.#stopped) return undefined;
    const key = keyOf(name);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const opening = this.#options.open(name);
    this.#open.set(key, opening);
    // Neither a failure nor an absence is remembered: the next one who asks tries again.
    const forget = () => void (this.#open.get(key) === opening && this.#open.delete(key));
    opening.then((opened) => (opened === undefined ? forget() : this.#opened.set(key, opened)), forget);
    return opening;
  }

  /** It, if it is open now. */
  peek(name: RepositoryName): TendedRepository | undefined {
    return this.#opened.get(keyOf(name));
  }

  /** How many open repositories are not looked after. */
  failing(): number {
    return [...this.#opened.values()].filter((repository) => repository.isFailing()).length;
  }

  /** Those that are open this moment. */
  opened(): readonly TendedRepository[] {
    return [...this.#opened.values()];
  }

  /** Those that are open now. */
  async all(): Promise<readonly TendedRepository[]> {
    const opened = await Promise.all([...this.#open.values()].map((opening) => opening.catch(() => undefined)));
    return opened.filter((repository) => repository !== undefined);
  }

  /** Asks where the app is installed; opens what is new, closes what is gone, opens anew what changed, leaves what could not be asked. */
  async refresh(): Promise<readonly TendedRepository[]> {
    const { installations, log } = this.#options;
    const refused = new Set<string>();
    const names = await installations.list((owner, error) => {
      refused.add(owner.toLowerCase());
      log.error({ owner, error: String(error) }, "An installation cannot be asked for its repositories");
    });
    const listed = new Map(names.map((name) => [keyOf(name), name]));
    for (const repository of await this.all()) {
      if (refused.has(repository.name.owner.toLowerCase())) continue;
      const found = listed.get(keyOf(repository.name));
      if (found === undefined) await this.#giveUp(repository);
      else if (await this.#isOutdated(repository, found)) await this.#close(repository);
    }
    for (const name of names) {
      await this.of(name).catch((error) => {
        log.error({ repository: fullName(name), error: String(error) }, "A repository could not be opened");
      });
    }
    return this.all();
  }

  /** Nothing more is asked or done there; when it is listed again it is taken up again. */
  async #giveUp(repository: TendedRepository): Promise<void> {
    const { identify, log, givenUp } = this.#options;
    const { name, identity } = repository;
    const now = await identify(name).catch(() => identity);
    const fields = { repository: fullName(name) };
    // One that is asked for by its old name answers with its new one.
    const isRenamed = now !== undefined && now !== identity;
    if (isRenamed) log.info(fields, "A repository has another name now and is looked after under that one");
    else
      log.info(
        fields,
        "A repository is looked after no more: the app is not installed there, or it is archived or gone",
      );
    await this.#close(repository);
    if (now === undefined) givenUp?.(name);
  }

  async #isOutdated({ name, identity }: TendedRepository, found: ListedRepository): Promise<boolean> {
    const { defaultBranch, gitUrl } = found;
    if (defaultBranch !== undefined && gitUrl !== undefined) return identityOf({ defaultBranch, gitUrl }) !== identity;
    try {
      return (await this.#options.identify(name)) !== identity;
    } catch (error) {
      const fields = { repository: fullName(name), error: String(error) };
      this.#options.log.error(fields, "A repository cannot be asked whether it changed");
      return false;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all((await this.all()).map((repository) => this.#close(repository)));
  }

  async #close(repository: TendedRepository): Promise<void> {
    const key = keyOf(repository.name);
    if (this.#opened.get(key) === repository) {
      this.#opened.delete(key);
      this.#open.delete(key);
    }
    await repository.stop();
  }
}

/** What a tended repository was opened with; it is opened anew when this changes. */
export function identityOf(forge: Pick<Forge, "defaultBranch" | "gitUrl"> | undefined): string | undefined {
  return forge === undefined ? undefined : `${forge.defaultBranch} ${forge.gitUrl}`;
}

/** GitHub's names differ by more than case. */
function keyOf(name: RepositoryName): string {
  return fullName(name).toLowerCase();
}
