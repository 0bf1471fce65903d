import type { Caller } from "../faults/closed-windows.ts";
import type { LimitNumbers } from "./numbers.ts";
import { type Spendings, spendings } from "./spendings.ts";

/** What a request costs. */
export interface Cost extends Caller {
  readonly points: number;
  readonly contents: number;
  /** Asking what is left costs nothing of what is left. */
  readonly isFree: boolean;
}

/** What a caller has of its hourly allowance. */
export interface Allowance {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Unix seconds. */
  readonly reset: number;
}

/** A request that goes beyond a limit, and when it would not. Milliseconds since 1970. */
export interface Excess {
  readonly how: "primary" | "retry-after";
  readonly until: number;
}

/** Every caller's spending; kept in memory only, so a restart forgives it. */
export interface Limits {
  readonly numbers: LimitNumbers;
  /** Takes what the request costs, unless that is more than there is. Each request taken must be ended. */
  take(cost: Cost, now: number): Excess | undefined;
  /** The request was answered; what it did not use is given back. */
  end(cost: Cost, answer: { status: number }): void;
  allowance(caller: Caller, now: number): Allowance;
}

const minute = 60_000;
const hour = 60 * minute;

export function openLimits(numbers: LimitNumbers): Limits {
  const accounts = new Map<string, Account>();
  const receipts = new Map<Cost, Receipt>();
  const accountOf = ({ identity }: Caller): Account => {
    const held = accounts.get(identity) ?? openAccount(numbers, identity);
    accounts.set(identity, held);
    return held;
  };
  return {
    numbers,
    take: (cost, now) => {
      const account = accountOf(cost);
      const excess = excessOf(account, cost, now) ?? primaryExcess(account, cost, now);
      if (excess !== undefined) return excess;
      receipts.set(cost, charge(account, cost, now));
      return undefined;
    },
    end: (cost, { status }) => {
      const receipt = receipts.get(cost);
      receipts.delete(cost);
      accountOf(cost).underWay -= 1;
      // What failed made nothing, and what has not changed is free.
      if (status >= 400) receipt?.madeNothing();
      if (status === 304) receipt?.wasFree();
    },
    allowance: (caller, now) => {
      const account = accountOf(caller);
      const { used, reset } = allowanceOf(account, caller, now);
      const { limit } = account;
      return { limit, used, remaining: Math.max(0, limit - used), reset };
    },
  };
}

interface Account {
  readonly limit: number;
  readonly atOnce: number;
  underWay: number;
  readonly points: Readonly<Record<Caller["resource"], Spendings>>;
  readonly contents: readonly Spendings[];
  readonly allowances: Map<Caller["resource"], { reset: number; used: number }>;
}

function openAccount(numbers: LimitNumbers, identity: string): Account {
  const { primary, anonymous, restPoints, graphqlPoints, contentsPerMinute, contentsPerHour, atOnce } = numbers;
  return {
    limit: identity === "anonymous" ? anonymous : primary,
    atOnce,
    underWay: 0,
    points: { core: spendings(restPoints, minute), graphql: spendings(graphqlPoints, minute) },
    contents: [spendings(contentsPerMinute, minute), spendings(contentsPerHour, hour)],
    allowances: new Map(),
  };
}

interface Receipt {
  madeNothing(): void;
  wasFree(): void;
}

function charge(account: Account, cost: Cost, now: number): Receipt {
  account.underWay += 1;
  account.points[cost.resource].add(cost.points, now);
  const undo = cost.contents === 0 ? [] : account.contents.map((window) => window.add(cost.contents, now));
  const price = cost.isFree ? 0 : 1;
  const hourly = allowanceOf(account, cost, now);
  hourly.used += price;
  return {
    madeNothing: () => {
      for (const takeBack of undo) takeBack();
    },
    wasFree: () => {
      hourly.used -= price;
    },
  };
}

/** Secondary limits. GitHub asks for a minute at least, and for longer where only the hour makes room. */
function excessOf(account: Account, { resource, points, contents }: Cost, now: number): Excess | undefined {
  const rooms = [
    account.underWay >= account.atOnce ? undefined : now,
    account.points[resource].roomAt(points, now),
    ...(contents === 0 ? [] : account.contents.map((window) => window.roomAt(contents, now))),
  ];
  if (rooms.every((room) => room === now)) return undefined;
  return { how: "retry-after", until: Math.max(now + minute, ...rooms.map((room) => room ?? now)) };
}

function primaryExcess(account: Account, cost: Cost, now: number): Excess | undefined {
  const { used, reset } = allowanceOf(account, cost, now);
  return cost.isFree || used < account.limit ? undefined : { how: "primary", until: reset * 1_000 };
}

function allowanceOf({ allowances }: Account, { resource }: Caller, now: number): { reset: number; used: number } {
  const seconds = Math.floor(now / 1_000);
  const held = allowances.get(resource);
  if (held !== undefined && held.reset > seconds) return held;
  const fresh = { reset: seconds + hour / 1_000, used: 0 };
  allowances.set(resource, fresh);
  return fresh;
}
