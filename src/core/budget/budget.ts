import type { BudgetLimits, BudgetPriority } from "./limits.ts";
import { shares } from "./limits.ts";

export type BudgetApi = "rest" | "graphql";

/** What a request will cost. */
export interface BudgetRequest {
  readonly api: BudgetApi;
  readonly points: number;
  readonly contents: number;
  readonly priority: BudgetPriority;
}

/** A request under way, or one that ended and still counts. */
interface Spending {
  readonly ticket: number;
  readonly api: BudgetApi;
  readonly points: number;
  readonly contents: number;
  /** When it ended; absent while under way. The forge counted it at some moment before, so counting from here never counts too little. */
  readonly endedAt?: number;
}

/** One installation's spending. All times are milliseconds of one clock that never goes back. */
export interface BudgetState {
  readonly limits: BudgetLimits;
  readonly spendings: readonly Spending[];
  /** What the forge said is left of the primary limit. */
  readonly primary: Readonly<Partial<Record<BudgetApi, Primary>>>;
  /** No request before this moment, whatever it costs. */
  readonly closedUntil: number;
  /** Refusals in a row without a time to wait: each doubles the next wait. */
  readonly strikes: number;
  readonly nextTicket: number;
}

interface Primary {
  readonly remaining: number;
  readonly resetAt: number;
}

export type Admission =
  | { readonly kind: "go"; readonly state: BudgetState; readonly ticket: number }
  /** Ask again after this long, and whenever a request under way has ended (Infinity: only then). */
  | { readonly kind: "wait"; readonly state: BudgetState; readonly milliseconds: number };

/** What an answer said about the limits. */
export interface Verdict {
  readonly primary?: { readonly remaining: number; readonly resetIn: number };
  /** The forge refused for a limit: how long it asked to wait, when it said so. */
  readonly refused?: { readonly retryIn?: number };
  /** It took nothing of the primary limit: nothing had changed. */
  readonly isFree?: boolean;
}

const minute = 60_000;
const hour = 60 * minute;
/** A wait that only the end of a request under way can shorten. */
const untilOneEnds = Number.POSITIVE_INFINITY;
/** GitHub asks for at least a minute, growing, when it names no time; more than this helps nobody. */
const longestPenalty = 15 * minute;

/** A budget of which nothing is spent. */
export function openBudgetState(limits: BudgetLimits): BudgetState {
  return { limits, spendings: [], primary: {}, closedUntil: 0, strikes: 0, nextTicket: 1 };
}

/** Lets a request through or says how long to wait; a request let through must be settled with its ticket. */
export function admit(before: BudgetState, request: BudgetRequest, now: number): Admission {
  const state = forget(before, now);
  const milliseconds = Math.max(...waits(state, request, now));
  if (milliseconds > 0) return { kind: "wait", state, milliseconds };
  const { api, points, contents } = request;
  const ticket = state.nextTicket;
  const spendings = [...state.spendings, { ticket, api, points, contents }];
  const primary = spendPrimary(state.primary, api);
  return { kind: "go", state: { ...state, spendings, primary, nextTicket: ticket + 1 }, ticket };
}

/** Records that a request ended and what its answer said. */
export function settle(state: BudgetState, ticket: number, verdict: Verdict, now: number): BudgetState {
  const ended = state.spendings.find((spending) => spending.ticket === ticket);
  const others = state.spendings.filter((spending) => spending.ticket !== ticket);
  const spendings = ended === undefined ? others : [...others, { ...ended, endedAt: now }];
  const primary = ended === undefined ? state.primary : learnPrimary(state.primary, ended.api, verdict, now);
  return { ...state, spendings, primary, ...penalty(state, verdict, now) };
}

/** How long this API stays shut by what the forge said, milliseconds; 0 when it is open. */
export function closedFor(state: BudgetState, api: BudgetApi, now: number): number {
  const primary = state.primary[api];
  const exhausted = primary !== undefined && primary.remaining <= 0 ? primary.resetAt - now : 0;
  return Math.max(0, state.closedUntil - now, exhausted);
}

function waits(state: BudgetState, request: BudgetRequest, now: number): number[] {
  const { limits, spendings } = state;
  const share = shares[request.priority];
  // What is alone may fill the limit itself: a share that is too small for it would never let it go.
  const room = (limit: number, cost: number) => Math.max(Math.floor(limit * share) - cost, limit < cost ? -1 : 0);
  const points = request.api === "rest" ? limits.restPoints : limits.graphqlPoints;
  const ofApi = spendings.filter((spending) => spending.api === request.api);
  const underWay = spendings.filter((spending) => spending.endedAt === undefined).length;
  const window = { now, spendings };
  return [
    closedFor(state, request.api, now),
    underWay > room(limits.inFlight, 1) ? untilOneEnds : 0,
    untilRoom({ ...window, spendings: ofApi, length: minute }, pointsOf, room(points, request.points)),
    ...(request.contents === 0
      ? []
      : [
          untilRoom({ ...window, length: minute }, contentsOf, room(limits.contentsPerMinute, request.contents)),
          untilRoom({ ...window, length: hour }, contentsOf, room(limits.contentsPerHour, request.contents)),
        ]),
  ];
}

const pointsOf = (spending: Spending) => spending.points;
const contentsOf = (spending: Spending) => spending.contents;

/** How long until what is spent in the window is at most `allowed`. */
function untilRoom(
  window: { now: number; length: number; spendings: readonly Spending[] },
  cost: (spending: Spending) => number,
  allowed: number,
): number {
  const { now, length } = window;
  const counted = window.spendings.filter(({ endedAt }) => endedAt === undefined || endedAt + length > now);
  let spent = counted.reduce((sum, spending) => sum + cost(spending), 0);
  if (spent <= allowed) return 0;
  const ended = counted.flatMap((spending) =>
    spending.endedAt === undefined ? [] : [{ spending, at: spending.endedAt }],
  );
  for (const { spending, at } of ended.sort((a, b) => a.at - b.at)) {
    spent -= cost(spending);
    if (spent <= allowed) return at + length - now;
  }
  return untilOneEnds;
}

function forget(state: BudgetState, now: number): BudgetState {
  const counts = ({ endedAt, contents }: Spending) =>
    endedAt === undefined || endedAt + (contents > 0 ? hour : minute) > now;
  return state.spendings.every(counts) ? state : { ...state, spendings: state.spendings.filter(counts) };
}

function spendPrimary(primary: BudgetState["primary"], api: BudgetApi): BudgetState["primary"] {
  const known = primary[api];
  return known === undefined ? primary : { ...primary, [api]: { ...known, remaining: known.remaining - 1 } };
}

/** Answers arrive out of order: within one reset the lower number is the newer one. */
function learnPrimary(
  primary: BudgetState["primary"],
  api: BudgetApi,
  { primary: said, isFree = false }: Verdict,
  now: number,
): BudgetState["primary"] {
  const before = primary[api];
  const known = before === undefined || !isFree ? before : { ...before, remaining: before.remaining + 1 };
  if (said === undefined) return known === undefined ? primary : { ...primary, [api]: known };
  const resetAt = now + said.resetIn;
  const sameWindow = known !== undefined && now < known.resetAt && Math.abs(known.resetAt - resetAt) < minute;
  const remaining = sameWindow ? Math.min(known.remaining, said.remaining) : said.remaining;
  return { ...primary, [api]: { remaining, resetAt: sameWindow ? Math.max(known.resetAt, resetAt) : resetAt } };
}

function penalty(state: BudgetState, { refused }: Verdict, now: number): Pick<BudgetState, "closedUntil" | "strikes"> {
  if (refused === undefined)
    return { closedUntil: state.closedUntil, strikes: now >= state.closedUntil ? 0 : state.strikes };
  if (refused.retryIn !== undefined) {
    return { closedUntil: Math.max(state.closedUntil, now + refused.retryIn), strikes: state.strikes };
  }
  // Requests that were under way together are refused together: only the first of them is a strike.
  if (now < state.closedUntil) return { closedUntil: state.closedUntil, strikes: state.strikes };
  const wait = Math.min(longestPenalty, minute * 2 ** state.strikes);
  return { closedUntil: now + wait, strikes: state.strikes + 1 };
}
