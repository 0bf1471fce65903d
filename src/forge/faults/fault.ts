import type { Cost } from "../limits/limits.ts";
import type { Refusal } from "./closed-windows.ts";
import type { Moment } from "./plan.ts";

/** A request as far as rules look at it. */
export interface Asked extends Cost {
  /** The route's name in counts. */
  readonly name: string;
  /** It changes nothing, whatever it answers. */
  readonly reads: boolean;
  /** Limits are the API's; git has none here. */
  readonly isApi: boolean;
}

/** What is to happen to one request. */
export type RequestFault =
  | { readonly kind: "status"; readonly status: number; readonly moment: Moment }
  | { readonly kind: "reset"; readonly moment: Moment }
  | { readonly kind: "timeout"; readonly milliseconds: number; readonly moment: Moment }
  | { readonly kind: "limited"; readonly refusal: Refusal }
  | { readonly kind: "stale"; readonly milliseconds: number };

/** What is to happen to one delivery. */
export interface DeliveryFate {
  /** How often it is sent. */
  readonly copies: 0 | 1 | 2;
  /** Whether one that is not sent is listed as timed out. */
  readonly listed: boolean;
  /** How long it waits first. */
  readonly milliseconds: number;
}

/** How often what happened since the plan was set. */
export type FaultsSeen = Readonly<Record<FaultKind, number>>;

export const faultKinds = [
  "status",
  "reset",
  "timeout",
  "limited",
  "stale",
  /** Of `status`, `reset` and `timeout`: those that hit before the effect, and after it. */
  "before",
  "after",
  "drop",
  "double",
  "delay",
  "shuffle",
  /** Requests beyond GitHub's limits. */
  "overLimit",
  /** Requests of a caller who had been told to wait: violations. */
  "insideClosedWindow",
  /** The same, so soon after the refusal that they may have been on their way. */
  "onTheirWay",
] as const;
export type FaultKind = (typeof faultKinds)[number];
