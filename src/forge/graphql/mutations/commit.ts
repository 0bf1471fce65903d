import { author, canSee, findRepository } from "../../access/authorize.ts";
import { signCommit } from "../../domain/signed-commits.ts";
import { commitFiles } from "../../git/commit-files.ts";
import { signature } from "../../git/commits.ts";
import { readRef } from "../../git/refs.ts";
import { parseNodeId } from "../../model/node-id.ts";
import type { Repository } from "../../model/repository.ts";
import { timeOf } from "../../site.ts";
import { type Context, demand, type Resolvers } from "../context.ts";
import { refused } from "../errors.ts";
import { unresolved, visible } from "../nodes.ts";
import { ofObject } from "../source.ts";
import { ofRef } from "../types/ref.ts";
import { echo, type Input } from "./input.ts";
import { moveRefs } from "./refs.ts";

interface CommitInput {
  readonly branch: {
    readonly id?: string | null;
    readonly repositoryNameWithOwner?: string | null;
    readonly branchName?: string | null;
  };
  readonly expectedHeadOid: string;
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[] | null;
    readonly deletions?: readonly { readonly path: string }[] | null;
  } | null;
}

/** The mutation that appends a commit of many files to a branch, if its head is the expected one. */
export const commitMutations: Resolvers<undefined> = {
  createCommitOnBranch: async (_, { input }: Input<CommitInput>, context) => {
    const { repository, name } = branchOf(context, input);
    demand(context, repository, { permission: "contents", access: "write" });
    const folder = context.site.git.folder(repository.id);
    const head = await readRef(folder, name);
    if (head === undefined)
      throw refused("NOT_FOUND", `Could not resolve to a branch named '${name.slice("refs/heads/".length)}'`);
    if (head.oid !== input.expectedHeadOid) throw stale(input.expectedHeadOid);
    const outcome = await commitFiles(folder, {
      parent: head.oid,
      ...changesOf(input),
      author: signature(author(context.actor), timeOf(context.site)),
    });
    if (outcome.kind === "refused") throw refused("UNPROCESSABLE", `A ${outcome.reason}`);
    signCommit(context.site, repository.id, outcome.oid);
    // Somebody may have moved the branch while the commit was made: then this is stale too.
    await moveRefs(context, repository, [{ name, beforeOid: head.oid, afterOid: outcome.oid }]);
    const commit = ofObject("Commit", { repository }, outcome.oid);
    return { ...echo(input), commit, ref: ofRef(repository, { name, oid: outcome.oid, type: "commit" }) };
  },
};

function branchOf(context: Context, { branch }: CommitInput): { repository: Repository; name: string } {
  if (branch.id != null) {
    const node = parseNodeId(branch.id);
    const repository = node?.kind === "ref" ? visible(context, node.id) : undefined;
    if (node === undefined || repository === undefined) throw unresolved(branch.id);
    return { repository, name: node.name };
  }
  const [owner = "", name = ""] = (branch.repositoryNameWithOwner ?? "").split("/");
  const repository = findRepository(context.site, owner, name);
  if (repository === undefined || !canSee(context.site, context.actor, repository)) {
    throw refused("NOT_FOUND", `Could not resolve to a Repository with the name '${branch.repositoryNameWithOwner}'.`);
  }
  return { repository, name: `refs/heads/${(branch.branchName ?? "").replace(/^refs\/heads\//, "")}` };
}

function changesOf({ fileChanges, message }: CommitInput) {
  const additions = (fileChanges?.additions ?? []).map(({ path, contents }) => ({
    path,
    content: Buffer.from(contents, "base64"),
  }));
  const deletions = (fileChanges?.deletions ?? []).map(({ path }) => path);
  const body = message.body ?? "";
  return { additions, deletions, message: body === "" ? message.headline : `${message.headline}\n\n${body}` };
}

function stale(expected: string): Error {
  return refused("STALE_DATA", `Expected branch to point to "${expected}" but it did not. Pull and try again.`);
}
