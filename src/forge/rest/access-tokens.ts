import { z } from "zod";
import { holds } from "../access/authorize.ts";
import { hashToken, newToken } from "../access/secrets.ts";
import { type Call, parseBody } from "../http/call.ts";
import { invalid } from "../http/errors.ts";
import { created, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Installation, Permissions } from "../model/app.ts";
import type { Repository } from "../model/repository.ts";
import { presentRepository } from "../present/repository.ts";
import { timestamp } from "../site.ts";
import { installationOf, repositoriesOf } from "./apps.ts";

/** Minting installation tokens, whole or narrowed. */
export const accessTokenRoutes: readonly Route[] = [
  route("POST /app/installations/{installation_id}/access_tokens", createAccessToken),
];

// GitHub's: one hour, at most 500 repositories.
const lifetime = 3_600_000;
const request = z.object({
  repositories: z.array(z.string()).max(500).optional(),
  repository_ids: z.array(z.int()).max(500).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).optional(),
});

async function createAccessToken(call: Call): Promise<Reply> {
  const { site } = call;
  const installation = installationOf(call);
  const asked = await parseBody(call, request);
  const narrowed = narrowRepositories(call, installation, asked);
  const permissions = narrowPermissions(installation, asked.permissions);
  const token = newToken("ghs");
  const expiresAt = timestamp(new Date(site.clock.now() + lifetime));
  const repositories = narrowed?.map((repository) => repository.id) ?? "all";
  site.store.transaction(() => {
    const id = site.store.nextId();
    const installationId = installation.id;
    const hash = hashToken(token);
    site.store.tokens.put({ id, kind: "installation", hash, installationId, repositories, permissions, expiresAt });
  });
  const selected = narrowed !== undefined || installation.repositories !== "all";
  return created({
    token,
    expires_at: expiresAt,
    permissions,
    repository_selection: selected ? "selected" : "all",
    ...(narrowed === undefined ? {} : { repositories: narrowed.map((row) => presentRepository(site, row)) }),
  });
}

function narrowRepositories(
  { site }: Call,
  installation: Installation,
  { repositories: names, repository_ids: ids }: z.output<typeof request>,
): Repository[] | undefined {
  if (names === undefined && ids === undefined) return undefined;
  const reachable = repositoriesOf(site, installation);
  const found = [
    ...(names ?? []).map((name) => reachable.find((row) => row.name.toLowerCase() === name.toLowerCase())),
    ...(ids ?? []).map((id) => reachable.find((row) => row.id === id)),
  ];
  const present = found.filter((row) => row !== undefined);
  if (present.length < found.length) {
    throw invalid(
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  return [...new Map(present.map((row) => [row.id, row])).values()];
}

function narrowPermissions(installation: Installation, asked: Permissions | undefined): Permissions {
  if (asked === undefined) return installation.permissions;
  const granted = Object.entries(asked).every(([permission, access]) => {
    return holds(installation.permissions, { permission, access });
  });
  if (!granted) throw invalid("The permissions requested are not granted to this installation.");
  return { ...asked, metadata: "read" };
}
