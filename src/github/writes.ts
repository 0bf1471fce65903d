import type { BudgetPriority } from "../core/budget/limits.ts";
import { budgetPriorities } from "../core/budget/limits.ts";
import { CoppiceError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import { maxMutations } from "./batches.ts";
import type { Client, GraphqlAnswer, GraphqlError } from "./client.ts";
import { graphqlFailure } from "./client.ts";
import type { Part } from "./documents.ts";
import { partKey } from "./documents.ts";
import { serve, servedPlan } from "./usage.ts";

/** One mutation that may share a request with others. */
export interface Write {
  readonly part: Part;
  /** Things it creates, as the budget counts them. */
  readonly contents?: number;
  readonly priority?: BudgetPriority;
  /** Doing it twice is doing it once: it is sent again when its outcome is unknown. */
  readonly idempotent?: boolean;
  /** How long it waits for company, milliseconds; it leaves with whatever leaves sooner. */
  readonly patience?: number;
}

/** `refused`: this one did not happen, in the forge's words. */
export type Written =
  | { readonly kind: "done"; readonly data: unknown }
  | { readonly kind: "refused"; readonly error: GraphqlError };

/** Mutations of one repository, as few requests as they fit in. */
export interface Writes {
  /** Throws forge-unavailable while it is unknown whether it happened, forge-limited when nothing was sent. */
  perform(write: Write): Promise<Written>;
}

/** What is decided together is written within this; nobody notices, milliseconds. */
const defaultPatience = 40;
/** Characters of variables in one request: a batch is never refused for its size. */
const maxCharacters = 400_000;

interface Waiter {
  readonly write: Write;
  /** Whom it serves; a request that serves several counts for the first. */
  readonly plan: ReturnType<typeof servedPlan>;
  readonly characters: number;
  readonly due: number;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers writes until the first of them is due, then sends all that wait, ten a request. Each has an answer of its own. */
export function openWrites(scope: {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Writes {
  const { client, clock, signal } = scope;
  let waiting: Waiter[] = [];
  let alarm: { readonly at: number; readonly ending: AbortController } | undefined;

  const flush = () => {
    alarm?.ending.abort();
    alarm = undefined;
    const leaving = waiting;
    waiting = [];
    for (const batch of batchesOf(leaving, client)) void serve(batch[0]?.plan, () => send(client, batch));
  };
  const wakeAt = (at: number) => {
    if (alarm !== undefined && alarm.at <= at) return;
    alarm?.ending.abort();
    const ending = new AbortController();
    alarm = { at, ending };
    clock.sleep(Math.max(0, at - clock.monotonic()), ending.signal).then(flush, () => undefined);
  };
  signal.addEventListener("abort", () => {
    alarm?.ending.abort();
    for (const { reject } of waiting.splice(0)) reject(signal.reason);
  });

  return {
    perform(write) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const due = clock.monotonic() + (write.patience ?? defaultPatience);
        const characters = JSON.stringify(write.part.variables).length;
        waiting.push({ write, plan: servedPlan(), characters, due, resolve, reject });
        if (waiting.length >= maxMutations) flush();
        else wakeAt(due);
      });
    },
  };
}

/** In the order they came; what creates nothing does not wait for a window that is closed to what creates. */
function batchesOf(waiters: readonly Waiter[], client: Pick<Client, "delay">): readonly (readonly Waiter[])[] {
  const contents = waiters.reduce((sum, { write }) => sum + (write.contents ?? 0), 0);
  const free = waiters.filter(({ write }) => (write.contents ?? 0) === 0);
  const apart = contents > 0 && free.length > 0 && client.delay({ contents, priority: mostUrgent(waiters) }) > 0;
  if (!apart) return cut(waiters);
  return [...cut(free), ...cut(waiters.filter((waiter) => !free.includes(waiter)))];
}

function cut(waiters: readonly Waiter[]): readonly (readonly Waiter[])[] {
  const batches: Waiter[][] = [];
  let room = 0;
  for (const waiter of waiters) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= maxMutations || waiter.characters > room) {
      batches.push([waiter]);
      room = maxCharacters - waiter.characters;
    } else {
      last.push(waiter);
      room -= waiter.characters;
    }
  }
  return batches;
}

async function send(client: Client, batch: readonly Waiter[]): Promise<void> {
  let answer: GraphqlAnswer;
  try {
    answer = await client.graphql({
      parts: batch.map(({ write }) => write.part),
      contents: batch.reduce((sum, { write }) => sum + (write.contents ?? 0), 0),
      priority: mostUrgent(batch),
      idempotent: batch.every(({ write }) => write.idempotent === true),
    });
  } catch (error) {
    return failed(client, batch, error);
  }
  const unknown: Waiter[] = [];
  for (const [index, waiter] of batch.entries()) {
    const written = answerTo(answer, partKey(index));
    if (written === undefined) unknown.push(waiter);
    else waiter.resolve(written);
  }
  if (unknown.length > 0) await failed(client, unknown, failureOf(answer), unknown.length < batch.length);
}

/** Undefined when the answer does not say what became of it. */
function answerTo({ data, errors }: GraphqlAnswer, key: string): Written | undefined {
  const error = errors.find(({ path }) => path?.[0] === key);
  if (error !== undefined) {
    return graphqlFailure("", error).code === "forge-unavailable" ? undefined : { kind: "refused", error };
  }
  return data[key] == null ? undefined : { kind: "done", data: data[key] };
}

/** Of the request as a whole: none of its parts has an answer. */
function failureOf({ data, errors }: GraphqlAnswer): CoppiceError {
  const whole = errors.find(({ path }) => path == null);
  const failure = whole && graphqlFailure("writing", whole);
  const nothingRan = Object.values(data).every((value) => value == null);
  if (failure !== undefined && nothingRan) return failure;
  return new CoppiceError(
    "forge-unavailable",
    failure?.message ?? "writing: an answer that does not say what was done",
  );
}

/** `isHalf`: others of the same request have their answers. */
async function failed(client: Client, batch: readonly Waiter[], error: unknown, isHalf = false): Promise<void> {
  const code = error instanceof CoppiceError ? error.code : undefined;
  const isRefused = code === "forge-refused" || code === "forge-not-found";
  // One that spoils a whole request must not spoil the others.
  if (isRefused && batch.length > 1) return void (await Promise.all(batch.map((waiter) => send(client, [waiter]))));
  const repeatable = code === "forge-unavailable" ? batch.filter(({ write }) => write.idempotent === true) : [];
  // What could be repeated as a whole has been by now.
  const again = isHalf || repeatable.length < batch.length ? repeatable : [];
  for (const waiter of batch) if (!again.includes(waiter)) waiter.reject(error);
  if (again.length > 0) await send(client, again);
}

function mostUrgent(waiters: readonly Waiter[]): BudgetPriority {
  const all = waiters.map(({ write }) => write.priority ?? "work");
  return budgetPriorities.find((priority) => all.includes(priority)) ?? "work";
}
