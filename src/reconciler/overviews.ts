import { parkedAgents } from "../core/queue/parking.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Specialist } from "../core/task/specialist.ts";
import type { Overview } from "./pass.ts";
import type { PolicyReading } from "./policy.ts";
import { policyReader } from "./policy.ts";
import type { ReadingPorts, ReconcilerOptions } from "./ports.ts";
import { Remembered } from "./remembered.ts";
import type { Sightings } from "./sightings.ts";
import { spendingToday } from "./spending.ts";

export type OverviewsNeeds = ReadingPorts & Pick<ReconcilerOptions, "limits">;

/** Looks at the repository as a whole, from memory as far as nobody doubts it. */
export class Overviews {
  readonly #options: OverviewsNeeds;
  readonly #sightings: Sightings;
  readonly #policy: Remembered<PolicyReading>;
  readonly #readPolicy: () => Promise<PolicyReading>;
  readonly #specialists: Remembered<readonly Specialist[]>;
  /** Runs at the last look. */
  #runs: ReadonlySet<string> = new Set();

  constructor(options: OverviewsNeeds, sightings: Sightings) {
    this.#options = options;
    this.#sightings = sightings;
    this.#policy = new Remembered(options.clock);
    this.#specialists = new Remembered(options.clock);
    this.#readPolicy = policyReader(options.code, options.limits);
  }

  /** The default branch may have moved. */
  doubtCode(): void {
    this.#policy.doubt();
    this.#specialists.doubt();
  }

  /** Who can do tasks, read from the default branch. */
  async specialists(): Promise<readonly Specialist[]> {
    return this.#specialists.get(async () => (await this.#options.specialists?.()) ?? []);
  }

  /** Runs before leases: a run that ends in between is then seen as still running, never as never begun. */
  async read(): Promise<Overview> {
    const { dispatch, leases, forge } = this.#options;
    const reading = await this.#policy.get(this.#readPolicy);
    const runs = dispatch.runs(forge.repository);
    this.#follow(new Set(runs.map(({ run }) => run)));
    const held = await this.#sightings.readings.leases.get(() => leases.list());
    return { ...reading, runs, leases: held, ...(await this.#limits(reading.policy, held)) };
  }

  /** What keeps tasks of every plan from starting alike: the day's budget, agents whose quota is spent. */
  async #limits({ budget }: Policy, leases: Overview["leases"]): Promise<Pick<Overview, "today" | "parked">> {
    const { plans, clock, log } = this.#options;
    const now = clock.now();
    const seen = [...leases].map(([issue, held]) => ({
      lease: held.lease,
      unchangedFor: this.#sightings.leaseUnchangedFor(issue, held),
    }));
    const parked = parkedAgents(seen, now);
    if (budget.day === undefined) return { parked };
    const reader = { ports: { plans, log }, sightings: this.#sightings };
    return { parked, today: await spendingToday(reader, { plans: await plans.list(), leases, now }) };
  }

  /** A run that is gone has moved its lease, or will never move it again. */
  #follow(runs: ReadonlySet<string>): void {
    if ([...this.#runs].some((run) => !runs.has(run))) this.#sightings.readings.leases.doubt();
    this.#runs = runs;
  }
}
