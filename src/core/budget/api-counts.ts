/** What was asked and cost little: `unchanged`, counted besides the request itself; `joined`, never sent. */
export type Saved = "unchanged" | "joined";

/** One request to the forge's API, as it is counted. */
export interface CountedRequest {
  /** GitHub's template (`GET /repos/{owner}/{repo}`) or `POST /graphql <operation>`. */
  readonly route: string;
  /** Things it creates: issues, comments, pulls, edges. */
  readonly contents: number;
  /** `owner/name` and the plan's issue it was made for; absent for what serves no plan alone. */
  readonly plan?: { readonly repository: string; readonly issue: number };
  /** Not one more request, but something that was saved. */
  readonly saved?: Saved;
}

/** What was asked in one hour, for one plan, by one route. */
export interface ApiCount extends Omit<CountedRequest, "saved"> {
  /** The hour's beginning, ISO 8601. */
  readonly hour: string;
  readonly requests: number;
  /** Of these, answered with 304: what was known already still held. Absent for none. */
  readonly unchanged?: number;
  /** Besides these, answered by what another was answered at the same time. Absent for none. */
  readonly joined?: number;
}

/** Counts of the latest hours, the newest last. */
export type ApiTally = readonly { readonly hour: string; readonly rows: ReadonlyMap<string, ApiCount> }[];

/** Hours kept: a day, and the one that has begun. */
const mostHours = 25;
/** Rows kept of an hour; what comes after is counted by its route alone, of no plan. */
const mostRows = 2_000;

/** The tally with one request more; `now` is milliseconds since 1970. An hour that lies back is not counted into any more. */
export function countRequest(tally: ApiTally, request: CountedRequest, now: number): ApiTally {
  const hour = `${new Date(now).toISOString().slice(0, 13)}:00:00Z`;
  const last = tally.at(-1);
  // A wall clock that went back counts into the hour that was the newest.
  const current = last !== undefined && last.hour >= hour ? last : { hour, rows: new Map<string, ApiCount>() };
  const before = current === last ? tally.slice(0, -1) : tally;
  return [...before, { hour: current.hour, rows: withOne(current, request) }].slice(-mostHours);
}

/** Every count, the newest hour first and in it the most requests. */
export function listCounts(tally: ApiTally): readonly ApiCount[] {
  return tally
    .toReversed()
    .flatMap(({ rows }) => [...rows.values()].sort((one, other) => other.requests - one.requests));
}

function withOne({ hour, rows }: ApiTally[number], request: CountedRequest): ReadonlyMap<string, ApiCount> {
  const { route, plan, contents, saved } =
    rows.size < mostRows || rows.has(keyOf(request)) ? request : anonymous(request);
  const key = keyOf({ route, plan });
  const known = rows.get(key) ?? { hour, route, ...(plan === undefined ? {} : { plan }), requests: 0, contents: 0 };
  if (saved !== undefined) return new Map(rows).set(key, { ...known, [saved]: (known[saved] ?? 0) + 1 });
  return new Map(rows).set(key, { ...known, requests: known.requests + 1, contents: known.contents + contents });
}

function anonymous({ plan: _, ...request }: CountedRequest): CountedRequest {
  return request;
}

function keyOf({ route, plan }: Pick<CountedRequest, "route" | "plan">): string {
  return `${plan?.repository ?? ""}#${plan?.issue ?? ""} ${route}`;
}
