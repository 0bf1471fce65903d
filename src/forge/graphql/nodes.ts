import { canSee, type Need } from "../access/authorize.ts";
import { objectType } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import type { Issue } from "../model/issue.ts";
import { type Node, parseNodeId } from "../model/node-id.ts";
import type { Repository } from "../model/repository.ts";
import { type Context, demand } from "./context.ts";
import { refused } from "./errors.ts";
import * as source from "./source.ts";
import { ofRef } from "./types/ref.ts";

/** The thing with this global id, as GraphQL shows it; NOT_FOUND when there is none the actor may see. */
export async function findNode(context: Context, id: string): Promise<unknown> {
  const node = parseNodeId(id);
  const found = node === undefined ? undefined : await lookUp(context, node);
  if (found === undefined) throw unresolved(id);
  return found;
}

const issuesRead: Need = { permission: ["issues", "pull_requests"], access: "read" };

async function lookUp(context: Context, node: Node): Promise<unknown> {
  const { store } = context.site;
  switch (node.kind) {
    case "user":
    case "organization":
    case "bot":
      return source.accountById(context.site, node.id) ?? undefined;
    case "repository":
      return map(visible(context, node.id), source.ofRepository);
    case "issue":
      return threadRow(context, store.issues.get(node.id));
    case "pull": {
      const pull = store.pulls.get(node.id);
      return pull && threadRow(context, store.issues.get(pull.issueId));
    }
    case "comment":
      return guarded(context, store.comments.get(node.id), issuesRead, source.ofComment);
    case "label":
      return guarded(context, store.labels.get(node.id), issuesRead, source.ofLabel);
    case "checkRun":
      return guarded(
        context,
        store.checkRuns.get(node.id),
        { permission: "checks", access: "read" },
        source.ofCheckRun,
      );
    case "commit":
    case "tree":
    case "blob":
      return gitObject(context, node);
    case "ref":
      return gitRef(context, node);
    default:
      return undefined;
  }
}

/** The repository, if the actor may know of it. */
export function visible({ site, actor }: Context, repositoryId: number): Repository | undefined {
  const repository = site.store.repositories.get(repositoryId);
  return repository !== undefined && canSee(site, actor, repository) ? repository : undefined;
}

function threadRow(context: Context, row: Issue | undefined) {
  return guarded(context, row, issuesRead, (issue) => source.ofIssue(context.site, issue));
}

function guarded<Row extends { readonly repositoryId: number }, Source>(
  context: Context,
  row: Row | undefined,
  need: Need,
  present: (row: Row) => Source,
): Source | undefined {
  const repository = row === undefined ? undefined : visible(context, row.repositoryId);
  if (row === undefined || repository === undefined) return undefined;
  demand(context, repository, need);
  return present(row);
}

async function gitObject(context: Context, { kind, id, name }: Node) {
  const repository = visible(context, id);
  if (repository === undefined) return undefined;
  demand(context, repository, { permission: "contents", access: "read" });
  const type = await objectType(context.site.git.folder(id), name);
  const known = type === "commit" || type === "tree" || type === "blob";
  return known && type === kind ? source.ofObject(gitTypes[type], { repository }, name) : undefined;
}

const gitTypes = { commit: "Commit", tree: "Tree", blob: "Blob" } as const;

async function gitRef(context: Context, { id, name }: Node) {
  const repository = visible(context, id);
  if (repository === undefined) return undefined;
  demand(context, repository, { permission: "contents", access: "read" });
  return map(await readRef(context.site.git.folder(id), name), (ref) => ofRef(repository, ref));
}

function map<Value, Result>(value: Value | undefined, change: (value: Value) => Result): Result | undefined {
  return value === undefined ? undefined : change(value);
}

/** What GitHub says of an id that leads nowhere. */
export function unresolved(id: string): Error {
  return refused("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}
