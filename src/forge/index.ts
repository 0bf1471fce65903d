export type { Admin } from "./admin/admin.ts";
export type { RouteCount } from "./http/counts.ts";
export { type Forge, type ForgeOptions, startForge } from "./start.ts";
