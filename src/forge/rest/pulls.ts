import { z } from "zod";
import { repositoryFor } from "../access/authorize.ts";
import { createPull } from "../domain/create-pull.ts";
import { issueOf } from "../domain/find-issue.ts";
import { measured } from "../domain/measure-pull.ts";
import { updatePull } from "../domain/update-pull.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { page } from "../http/pagination.ts";
import { created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import { presentPull, presentPullSimple } from "../present/pull.ts";
import { ownerOf } from "../present/repository.ts";
import { sorted } from "./since.ts";
import { demandThread, pullFor, toChange } from "./thread.ts";

/** Pull requests: opening, finding, changing. */
export const pullRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls", list),
  route("POST /repos/{owner}/{repo}/pulls", create, { creates: true }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}", get),
  route("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", update),
  route("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", listForCommit),
];

const reading = { permission: "pull_requests", access: "read" } as const;

function list(call: Call): Reply {
  const repository = repositoryFor(call, reading);
  const { store } = call.site;
  const state = call.query("state") ?? "open";
  const wanted = [byHead(call, repository), byBase(call)];
  const pulls = store.pulls
    .list("byNumber", [repository.id])
    .filter((pull) => state === "all" || issueOf(call.site, pull).state === state)
    .filter((pull) => wanted.every((keeps) => keeps(pull)));
  const order = sorted(call, pulls, {
    otherwise: "created",
    keys: {
      created: (pull) => pull.number,
      updated: (pull) => issueOf(call.site, pull).updatedAt,
      popularity: (pull) => issueOf(call.site, pull).commentCount,
    },
    // GitHub lists newest first unless a sort is asked for.
    direction: (call.query("sort") ?? "created") === "created" ? "desc" : "asc",
  });
  return page(call, order, (pull) => presentPullSimple(call.site, repository, pull));
}

function listForCommit(call: Call): Reply {
  const repository = repositoryFor(call, reading);
  const pulls = call.site.store.pulls.list("byHeadOid", [repository.id, call.parameter("commit_sha")]);
  return page(call, pulls, (pull) => presentPullSimple(call.site, repository, pull));
}

const newPull = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().nullish(),
  maintainer_can_modify: z.boolean().nullish(),
});

async function create(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, { permission: "pull_requests", access: "write", role: "read" });
  const { title, head, base, ...more } = await parseBody(call, newPull);
  const pull = await createPull(writingIn(call.site, call.actor, repository), {
    title,
    head,
    base,
    body: more.body ?? null,
    draft: more.draft ?? false,
    maintainerCanModify: more.maintainer_can_modify ?? false,
  });
  return created(presentPull(call.site, repository, pull));
}

async function get(call: Call): Promise<Reply> {
  const { repository, pull } = pullFor(call, { access: "read" });
  return ok(presentPull(call.site, repository, await measured(call.site, pull)));
}

const pullChange = z.object({
  title: z.string().nullish(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).nullish(),
  base: z.string().nullish(),
  maintainer_can_modify: z.boolean().nullish(),
});

async function update(call: Call): Promise<Reply> {
  const { repository, pull } = pullFor(call, { access: "write", role: "read" });
  demandThread(call, { repository, issue: issueOf(call.site, pull) }, toChange);
  const fields = await parseBody(call, pullChange);
  const changed = await updatePull(writingIn(call.site, call.actor, repository), pull, {
    title: fields.title ?? undefined,
    body: fields.body,
    state: fields.state ?? undefined,
    base: fields.base ?? undefined,
    maintainerCanModify: fields.maintainer_can_modify ?? undefined,
  });
  return ok(presentPull(call.site, repository, await measured(call.site, changed)));
}

// `owner:branch`; without a colon GitHub takes no notice of it.
function byHead(call: Call, repository: Repository): (pull: Pull) => boolean {
  const [owner = "", ...branch] = (call.query("head") ?? "").split(":");
  if (branch.length === 0) return () => true;
  const ours = owner.toLowerCase() === ownerOf(call.site, repository).login.toLowerCase();
  return (pull) => ours && pull.head.ref === branch.join(":");
}

function byBase(call: Call): (pull: Pull) => boolean {
  const base = call.query("base");
  return (pull) => base === undefined || pull.base.ref === base;
}
