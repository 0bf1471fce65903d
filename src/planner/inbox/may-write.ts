import type { PermissionLevel } from "../../ports/forge/permissions.ts";
import { permissionLevels } from "../../ports/forge/permissions.ts";

/** Whether somebody of that level may change the repository, and so its plans. */
export function mayWrite(level: PermissionLevel): boolean {
  return permissionLevels.indexOf(level) >= permissionLevels.indexOf("write");
}
