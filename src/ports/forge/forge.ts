import type { RepositoryName } from "../../core/repository.ts";
import type { Comments } from "./comments.ts";
import type { Issues } from "./issues.ts";
import type { Labels } from "./labels.ts";
import type { Ledger } from "./ledger.ts";
import type { Permissions } from "./permissions.ts";
import type { PlanViews } from "./plan-views.ts";
import type { Pulls } from "./pulls.ts";

/** One repository on GitHub (or a host that speaks like it), by role. Functions ask for the roles they need, never for all. */
export interface Forge {
  readonly repository: RepositoryName;
  /** The app's own login, `<slug>[bot]`: what the app never obeys. */
  readonly botLogin: string;
  readonly defaultBranch: string;
  /** `http(s)://…/owner/name.git`, without credentials. */
  readonly gitUrl: string;
  readonly issues: Issues;
  readonly comments: Comments;
  readonly labels: Labels;
  readonly pulls: Pulls;
  readonly permissions: Permissions;
  readonly plans: PlanViews;
  readonly ledger: Ledger;
  /** What is asked of the forge while `work` goes on is counted for this plan. */
  serve<Answer>(plan: number, work: () => Promise<Answer>): Promise<Answer>;
  /** A token for git on this repository alone, at most an hour: `work` may write contents, `read` may not. */
  gitToken(scope: "read" | "work"): Promise<string>;
}

/** A repository as the list has it; what it was opened with may be told without a further question. */
export interface ListedRepository extends RepositoryName {
  readonly defaultBranch?: string;
  readonly gitUrl?: string;
}

/** Every repository the app is installed on. */
export interface Installations {
  /** `refused` is told of every account whose installation could not be asked, and the others are listed; without it that throws. */
  list(refused?: (owner: string, error: unknown) => void): Promise<readonly ListedRepository[]>;
  /** Undefined when the app is not installed there. Cached; the token behind it is renewed as needed. */
  open(repository: RepositoryName): Promise<Forge | undefined>;
}
