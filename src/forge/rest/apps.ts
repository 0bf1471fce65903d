import { authorize, findRepository } from "../access/authorize.ts";
import type { Call } from "../http/call.ts";
import { HttpError, notAccessible, notFound } from "../http/errors.ts";
import { countedPage, page } from "../http/pagination.ts";
import { ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { App, Installation } from "../model/app.ts";
import type { Repository } from "../model/repository.ts";
import { presentApp, presentInstallation } from "../present/app.ts";
import { presentRepository } from "../present/repository.ts";
import type { Site } from "../site.ts";

/** Apps and where they are installed. */
export const appRoutes: readonly Route[] = [
  route("GET /app", (call) => ok(presentApp(call.site, signedInApp(call)))),
  route("GET /apps/{app_slug}", (call) => {
    const app = call.site.store.apps.find("bySlug", [call.parameter("app_slug")]);
    if (app === undefined) throw notFound();
    return ok(presentApp(call.site, app));
  }),
  route("GET /app/installations", listInstallations),
  route("GET /app/installations/{installation_id}", (call) => ok(presentInstallation(call.site, installationOf(call)))),
  route("GET /repos/{owner}/{repo}/installation", findInstallation),
  route("GET /installation/repositories", listRepositories),
];

/** The app that signed the request's JWT; 401 for anybody else. */
export function signedInApp({ actor }: Call): App {
  if (actor.kind === "app") return actor.app;
  throw new HttpError(401, "A JSON web token could not be decoded");
}

/** The signed-in app's installation of `{installation_id}`. */
export function installationOf(call: Call): Installation {
  const app = signedInApp(call);
  const installation = call.site.store.installations.get(Number(call.parameter("installation_id")));
  if (installation?.appId !== app.id) throw notFound();
  return installation;
}

/** Every repository that the installation reaches. */
export function repositoriesOf({ store }: Site, { repositories, accountId }: Installation): Repository[] {
  const owned = store.repositories.list("byOwner", [accountId]);
  return repositories === "all" ? owned : owned.filter((repository) => repositories.includes(repository.id));
}

function listInstallations(call: Call): Reply {
  const rows = call.site.store.installations.list("byApp", [signedInApp(call).id]);
  return page(call, rows, (row) => presentInstallation(call.site, row));
}

function findInstallation(call: Call): Reply {
  const app = signedInApp(call);
  const repository = findRepository(call.site, call.parameter("owner"), call.parameter("repo"));
  const installation = repository && call.site.store.installations.find("byAccount", [repository.ownerId, app.id]);
  const reaches = installation && repositoriesOf(call.site, installation).some((row) => row.id === repository.id);
  if (!installation || !reaches) throw notFound();
  return ok(presentInstallation(call.site, installation));
}

function listRepositories(call: Call): Reply {
  const { site, actor } = call;
  if (actor.kind !== "installation") throw notAccessible();
  const need = { permission: "metadata", access: "read" } as const;
  const rows = repositoriesOf(site, actor.installation).filter((row) => !authorize(site, actor, row, need));
  return countedPage(call, "repositories", rows, (row) => presentRepository(site, row));
}
