import type { RunRecord } from "../core/run/run.ts";
import { BoundedMap } from "./bounded-map.ts";

/** What a ledger file of a run said: undefined while it is not there. */
export interface FoldedRun {
  readonly record?: RunRecord;
}

/** Runs by `plan/task/epoch`, bounded in all, and found by their plan without a walk through those of the others. */
export class FoldedRuns extends BoundedMap<string, FoldedRun | null> {
  readonly #keys = new Map<string, Set<string>>();
  readonly #newest = new Map<string, { readonly endedAt: string; readonly time: number }>();

  override set(key: string, run: FoldedRun | null): this {
    super.set(key, run);
    const plan = planOf(key);
    this.#keys.set(plan, (this.#keys.get(plan) ?? new Set()).add(key));
    const endedAt = run?.record?.endedAt;
    const time = endedAt === undefined ? Number.NaN : Date.parse(endedAt);
    if (endedAt !== undefined && time > (this.#newest.get(plan)?.time ?? Number.NEGATIVE_INFINITY))
      this.#newest.set(plan, { endedAt, time });
    return this;
  }

  override delete(key: string): boolean {
    const plan = planOf(key);
    const keys = this.#keys.get(plan);
    keys?.delete(key);
    if (keys?.size === 0) {
      this.#keys.delete(plan);
      this.#newest.delete(plan);
    }
    return super.delete(key);
  }

  /** When the newest of a plan's attempts ended, ISO 8601. */
  newestEnd(plan: number): string | undefined {
    return this.#newest.get(`${plan}`)?.endedAt;
  }

  /** Those of one plan. */
  ofPlan(plan: number): readonly (readonly [string, FoldedRun | null])[] {
    return [...(this.#keys.get(`${plan}`) ?? [])].map((key) => [key, this.get(key) ?? null] as const);
  }
}

function planOf(key: string): string {
  return key.slice(0, key.indexOf("/"));
}
