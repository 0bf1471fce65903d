import type { BudgetApi, BudgetRequest, BudgetState, Verdict } from "../core/budget/budget.ts";
import { admit, closedFor, openBudgetState, settle } from "../core/budget/budget.ts";
import type { BudgetLimits } from "../core/budget/limits.ts";
import { budgetPriorities } from "../core/budget/limits.ts";
import { CoppiceError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";

/** Longest wait for room before a request is given up (the caller comes again later), milliseconds. */
const patience = 120_000;

/** One installation's budget: every request of it passes here. */
export interface Budget {
  /** Waits for room, then runs. Throws CoppiceError forge-limited when there will be none within two minutes. */
  perform<Answer>(request: BudgetRequest, run: () => Promise<Answered<Answer>>): Promise<Answer>;
  /** How long the forge shut this API, milliseconds; 0 when it is open. */
  closedFor(api: BudgetApi): number;
  /** How long such a request would wait if it came now, milliseconds. */
  delay(request: BudgetRequest): number;
}

/** How requests fared with the budgets since the start. */
export interface BudgetTally {
  waits: number;
  waitedSeconds: number;
  /** Given up after waiting for too long. */
  givenUp: number;
  /** Refused by the forge for a limit. */
  refused: number;
}

export function emptyTally(): BudgetTally {
  return { waits: 0, waitedSeconds: 0, givenUp: 0, refused: 0 };
}

/** How a request ended, and what that says about the limits. */
export interface Answered<Answer> {
  readonly outcome:
    | { readonly kind: "value"; readonly value: Answer }
    | { readonly kind: "error"; readonly error: unknown };
  readonly verdict: Verdict;
}

interface Waiter {
  readonly request: BudgetRequest;
  readonly since: number;
  readonly go: (ticket: number) => void;
  readonly refuse: (reason: unknown) => void;
}

export interface BudgetOptions {
  readonly limits: BudgetLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Counted into. */
  readonly tally?: BudgetTally;
}

/** Opens a budget; `signal` ends all waiting. */
export function openBudget(options: BudgetOptions): Budget {
  const { clock, signal, tally = emptyTally() } = options;
  let state = openBudgetState(options.limits);
  let alarm = new AbortController();
  const waiters: Waiter[] = [];

  const pump = () => {
    alarm.abort();
    const shut = new Set<string>();
    let soonest = Number.POSITIVE_INFINITY;
    for (const waiter of inOrder(waiters)) {
      const now = clock.monotonic();
      const waited = now - waiter.since;
      const lane = `${waiter.request.api} ${waiter.request.contents > 0}`;
      // Nobody overtakes an earlier or more important request of the same kind.
      const admission = shut.has(lane) ? undefined : admit(state, waiter.request, now);
      const wait = admission?.kind === "wait" ? admission.milliseconds : Number.POSITIVE_INFINITY;
      state = admission?.state ?? state;
      if (admission?.kind === "go") {
        if (waited > 0) tally.waits += 1;
        tally.waitedSeconds += waited / 1_000;
        leave(waiters, waiter).go(admission.ticket);
      } else if (waited + finite(wait) > patience || (admission !== undefined && isEndless(state, wait))) {
        tally.givenUp += 1;
        leave(waiters, waiter).refuse(limited(waiter.request.api, wait));
      } else {
        shut.add(lane);
        soonest = Math.min(soonest, wait);
      }
    }
    // Where only an ending request can make room, its end wakes us: each ends within its time-out.
    if (Number.isFinite(soonest)) wakeIn(soonest);
  };
  const wakeIn = (milliseconds: number) => {
    alarm = new AbortController();
    clock.sleep(milliseconds, alarm.signal).then(pump, () => undefined);
  };
  signal.addEventListener("abort", () => {
    alarm.abort();
    for (const waiter of waiters.splice(0)) waiter.refuse(signal.reason);
  });

  const admitted = (request: BudgetRequest) =>
    new Promise<number>((go, refuse) => {
      if (signal.aborted) return refuse(signal.reason);
      waiters.push({ request, since: clock.monotonic(), go, refuse });
      pump();
    });

  return {
    async perform(request, run) {
      const ticket = await admitted(request);
      const { outcome, verdict } = await run();
      if (verdict.refused !== undefined) tally.refused += 1;
      state = settle(state, ticket, verdict, clock.monotonic());
      pump();
      if (outcome.kind === "error") throw outcome.error;
      return outcome.value;
    },
    closedFor: (api) => closedFor(state, api, clock.monotonic()),
    delay(request) {
      const admission = admit(state, request, clock.monotonic());
      return admission.kind === "go" ? 0 : admission.milliseconds;
    },
  };
}

/** Only an ending request could make room, and none is under way: it is larger than the limit itself. */
function isEndless({ spendings }: BudgetState, wait: number): boolean {
  return !Number.isFinite(wait) && spendings.every(({ endedAt }) => endedAt !== undefined);
}

function finite(milliseconds: number): number {
  return Number.isFinite(milliseconds) ? milliseconds : 0;
}

function inOrder(waiters: readonly Waiter[]): Waiter[] {
  return budgetPriorities.flatMap((priority) => waiters.filter(({ request }) => request.priority === priority));
}

function leave(waiters: Waiter[], waiter: Waiter): Waiter {
  waiters.splice(waiters.indexOf(waiter), 1);
  return waiter;
}

function limited(api: BudgetApi, milliseconds: number): CoppiceError {
  const name = api === "rest" ? "REST" : "GraphQL";
  const why = Number.isFinite(milliseconds)
    ? `the forge's ${name} limit is spent for ${Math.ceil(milliseconds / 1_000)} s more`
    : `there is no room for so large a ${name} request, or others took it for ${patience / 1_000} s`;
  return new CoppiceError("forge-limited", why);
}
