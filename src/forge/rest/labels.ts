import { z } from "zod";
import { repositoryFor } from "../access/authorize.ts";
import { createLabel, deleteLabel, updateLabel } from "../domain/labels.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, noContent, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Label } from "../model/label.ts";
import type { Repository } from "../model/repository.ts";
import { presentLabel } from "../present/label.ts";
import { either } from "./thread.ts";

/** A repository's labels. */
export const labelRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/labels", list),
  route("POST /repos/{owner}/{repo}/labels", create),
  route("GET /repos/{owner}/{repo}/labels/{name}", get),
  route("PATCH /repos/{owner}/{repo}/labels/{name}", update),
  route("DELETE /repos/{owner}/{repo}/labels/{name}", remove),
];

const reading = { permission: either, access: "read" } as const;
const writing = { permission: either, access: "write", role: "write" } as const;

function list(call: Call): Reply {
  const repository = repositoryFor(call, reading);
  const labels = call.site.store.labels.list("byRepository", [repository.id]);
  return page(call, labels, (label) => presentLabel(call.site, repository, label));
}

const fields = {
  color: z.string().optional(),
  description: z.string().nullish(),
};

async function create(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, writing);
  const body = await parseBody(call, z.object({ name: z.string(), ...fields }));
  const by = writingIn(call.site, call.actor, repository);
  const label = call.site.store.transaction(() => createLabel(by, body));
  return created(presentLabel(call.site, repository, label));
}

function get(call: Call): Reply {
  const repository = repositoryFor(call, reading);
  return ok(presentLabel(call.site, repository, labelNamed(call, repository)));
}

async function update(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, writing);
  const body = await parseBody(call, z.object({ new_name: z.string().optional(), ...fields }));
  const { new_name: name, color, description } = body;
  const by = writingIn(call.site, call.actor, repository);
  const label = call.site.store.transaction(() =>
    updateLabel(by, labelNamed(call, repository), { name, color, description }),
  );
  return ok(presentLabel(call.site, repository, label));
}

function remove(call: Call): Reply {
  const repository = repositoryFor(call, writing);
  const by = writingIn(call.site, call.actor, repository);
  call.site.store.transaction(() => deleteLabel(by, labelNamed(call, repository)));
  return noContent();
}

/** The label of `{name}`; 404 when the repository has none. */
export function labelNamed(call: Call, repository: Repository): Label {
  const label = call.site.store.labels.find("byName", [repository.id, call.parameter("name").toLowerCase()]);
  if (label === undefined) throw notFound();
  return label;
}
