import type { Permissions } from "../../../src/ports/forge/permissions.ts";
import type { World } from "./world.ts";

/** Permissions in memory. */
export function memoryPermissions(world: World): Permissions {
  return {
    of: (login) =>
      world.journal.call("permissions.of", login, () =>
        world.suspended.has(login.toLowerCase()) ? "none" : (world.permissions.get(login) ?? "none"),
      ),
  };
}
