/** What one installation may ask of the forge: counts in sliding windows. */
export interface BudgetLimits {
  /** Points a minute: a read costs 1, a write 5. */
  readonly restPoints: number;
  /** Points a minute: a query costs 1, a request with mutations 5. */
  readonly graphqlPoints: number;
  /** Issues, comments, pulls, reviews and dependency edges created. */
  readonly contentsPerMinute: number;
  readonly contentsPerHour: number;
  /** Requests under way at once. */
  readonly inFlight: number;
}

/** GitHub's documented secondary limits; ten of its hundred concurrent requests are left to others with the same installation. */
export const githubLimits: BudgetLimits = {
  restPoints: 900,
  graphqlPoints: 2_000,
  contentsPerMinute: 80,
  contentsPerHour: 500,
  inFlight: 90,
};

/** For a forge of one's own: only the number of open requests is bounded. What the forge itself says is still obeyed. */
export const unlimited: BudgetLimits = {
  restPoints: Number.POSITIVE_INFINITY,
  graphqlPoints: Number.POSITIVE_INFINITY,
  contentsPerMinute: Number.POSITIVE_INFINITY,
  contentsPerHour: Number.POSITIVE_INFINITY,
  inFlight: 90,
};

export const budgetPriorities = ["people", "work", "projection"] as const;
/** Who waits first when it gets tight: what repeats what is known elsewhere, then the work, last an answer to a person. */
export type BudgetPriority = (typeof budgetPriorities)[number];

/** The part of each limit a priority may fill, so that there is always room for a person's answer. */
export const shares: Readonly<Record<BudgetPriority, number>> = { people: 1, work: 0.9, projection: 0.7 };
