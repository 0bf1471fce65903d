export type { Admin } from "./admin/admin.ts";
export type { Clock } from "./clock.ts";
export type { FaultsSeen } from "./faults/fault.ts";
export { type Faultiness, type FaultPlan, faultPlanSchema } from "./faults/plan.ts";
export { readFaultPlan } from "./faults/read-plan.ts";
export type { RouteCount } from "./http/counts.ts";
export { type Forge, type ForgeOptions, startForge } from "./start.ts";
