import { z } from "zod";
import type { BudgetLimits } from "../core/budget/limits.ts";
import { githubLimits } from "../core/budget/limits.ts";
import { CoppiceError } from "../core/errors.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Forge } from "../ports/forge/forge.ts";
import type { Ledger } from "../ports/forge/ledger.ts";
import { ledgerBranch } from "../wire/ledger-paths.ts";
import { openBudget } from "./budget.ts";
import { openClient } from "./client.ts";
import { asRequestFailure } from "./errors.ts";
import { openForge } from "./forge.ts";
import { openLedgerFiles } from "./ledger-files.ts";
import { type Made, openMade } from "./made.ts";
import { openNodes } from "./nodes.ts";
import { allPages } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";
import { countUsage } from "./usage.ts";
import { openWrites } from "./writes.ts";

export interface TokenConnectionOptions {
  /** `https://api.github.com`, or `http(s)://host/api/v3`. */
  readonly baseUrl: string;
  /** A person's own, or a workflow's. */
  readonly token: string;
  readonly repository: RepositoryName;
  /** GitHub's own unless told otherwise. */
  readonly limits?: BudgetLimits;
  readonly clock: Clock;
  /** Ends every request and every wait. */
  readonly signal: AbortSignal;
}

/** Who reacted to a comment with what. */
export interface Reaction {
  readonly content: string;
  readonly author: string;
  readonly authorIsBot: boolean;
}

/** A repository as somebody with a token sees it: they read, open issues and write comments, and the app does the rest. */
export interface PersonalForge extends Pick<Forge, "repository" | "issues" | "comments" | "plans"> {
  /** `http(s)://…/owner/name`. */
  readonly url: string;
  /** Read only; empty while there is no ledger branch. */
  readonly ledger: Ledger;
  readonly made: Made;
  /** Oldest first. */
  reactions(comment: number): Promise<readonly Reaction[]>;
}

const repositoryDetail = z.object({
  name: z.string(),
  owner: z.object({ login: z.string() }),
  node_id: z.string(),
  default_branch: z.string(),
  clone_url: z.string(),
  html_url: z.string(),
});
const ref = z.object({ object: z.object({ sha: z.string() }) });
const reaction = z
  .object({ content: z.string(), user: z.object({ login: z.string(), type: z.string() }).nullable() })
  .transform(
    ({ content, user }): Reaction => ({
      content,
      author: user?.login ?? "ghost",
      authorIsBot: user?.type === "Bot",
    }),
  );

/** Opens one repository with a token. Throws CoppiceError bad-input for a token or a repository the forge does not know, forge-unavailable when it does not answer. */
export async function connectWithToken(options: TokenConnectionOptions): Promise<PersonalForge> {
  const { clock, signal, limits = githubLimits } = options;
  const client = openClient({
    baseUrl: options.baseUrl.replace(/\/+$/, ""),
    authorize: async () => `token ${options.token}`,
    reauthorize: () => false,
    budget: openBudget({ limits, clock, signal }),
    usage: countUsage(clock),
    clock,
    signal,
  });
  const { owner, name } = options.repository;
  const request = { route: "GET /repos/{owner}/{repo}", parameters: { owner, repo: name } };
  const detail = await client.rest(request, repositoryDetail).catch((error) => {
    throw explain(error, options);
  });
  const repository = { owner: detail.owner.login, name: detail.name };
  const writes = openWrites({ client, clock, signal });
  const ids = { nodeId: detail.node_id, botLogin: "" };
  const scope: Scope = { ...{ client, writes, clock, signal, repository }, ...ids, nodes: openNodes() };
  const { issues, comments, plans } = openForge({
    ...scope,
    defaultBranch: detail.default_branch,
    gitUrl: detail.clone_url,
    gitToken: async () => options.token,
  });
  return {
    repository,
    url: detail.html_url,
    issues,
    comments,
    plans,
    ledger: readOnlyLedger(scope),
    made: openMade(scope),
    reactions: (comment) => listReactions(scope, comment),
  };
}

function explain(error: unknown, { baseUrl, repository }: TokenConnectionOptions): unknown {
  if (!(error instanceof CoppiceError)) return error;
  const bad = (line: string) => new CoppiceError("bad-input", line, { cause: error });
  if (asRequestFailure(error.cause)?.status === 401) return bad(`${baseUrl} does not accept this token`);
  if (error.code === "forge-not-found")
    return bad(`${baseUrl} has no repository ${fullName(repository)} that this token may see`);
  if (error.code !== "forge-unavailable") return error;
  const why = error.message.replace(/^[A-Z]+ \S+: /, "");
  return new CoppiceError(error.code, `${baseUrl} cannot be reached: ${why}`, { cause: error });
}

/**
 * Looks and never makes the branch: its commits are the app's. Which commits are not the app's it cannot tell, as it
 * does not know who the app is: `foreign` is always empty. Until the app has noted such a commit in the ledger it shows
 * only where plan.yaml is no longer what its approval names; a changed record, amendment or proposal does not show.
 */
function readOnlyLedger(scope: Scope): Ledger {
  const files = openLedgerFiles(scope);
  const find = async () => {
    const route = "GET /repos/{owner}/{repo}/git/ref/{ref}";
    const parameters = { ...restName(scope), ref: `heads/${ledgerBranch}` };
    const found = await scope.client.find({ route, parameters }, ref);
    return found === undefined ? undefined : files.head(found.object.sha, []);
  };
  return {
    find,
    read: async () => (await find()) ?? { oid: "", paths: [], foreign: [], text: async () => undefined },
    commit() {
      throw new CoppiceError("internal", "the ledger is written by the app alone");
    },
  };
}

function listReactions(scope: Scope, comment: number): Promise<readonly Reaction[]> {
  const route = "GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
  const parameters = { ...restName(scope), comment_id: comment };
  return allPages(scope.client, { route, parameters, priority: "people" }, { item: reaction, maxPages: 5 });
}
