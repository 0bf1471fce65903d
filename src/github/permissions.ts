import { z } from "zod";
import type { PermissionLevel, Permissions } from "../ports/forge/permissions.ts";
import { permissionLevels } from "../ports/forge/permissions.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

/** A permission taken away must stop working within seconds; a command with several lines still asks once. Milliseconds. */
const remembered = 10_000;
/** Entries kept at most; the oldest goes first. */
const maxEntries = 1_000;

const answer = z.object({ permission: z.string(), role_name: z.string().optional() });

/** What people may do in one repository; an API that fails denies, by throwing. */
export function openPermissions(scope: Scope): Permissions {
  const { client, clock } = scope;
  const known = new Map<string, { level: PermissionLevel; until: number }>();
  return {
    async of(login) {
      const key = login.toLowerCase();
      const entry = known.get(key);
      if (entry !== undefined && clock.monotonic() < entry.until) return entry.level;
      const asked = clock.monotonic();
      const found = await client.find(
        {
          route: "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
          parameters: { ...restName(scope), username: login },
          priority: "people",
        },
        answer,
      );
      const level = found === undefined ? "none" : levelOf(found);
      known.delete(key);
      known.set(key, { level, until: asked + remembered });
      for (const oldest of known.keys()) {
        if (known.size <= maxEntries) break;
        known.delete(oldest);
      }
      return level;
    },
  };
}

/** `permission` knows no maintain and triage, and `role_name` may be an organisation's own word: the latter when we know it. */
function levelOf({ permission, role_name }: z.infer<typeof answer>): PermissionLevel {
  return asLevel(role_name) ?? asLevel(permission) ?? "none";
}

function asLevel(name: string | undefined): PermissionLevel | undefined {
  return permissionLevels.find((level) => level === name);
}
