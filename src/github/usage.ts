/** Requests of one route so far: what `bench:api` prints. */
export interface RouteUsage {
  /** GitHub's template (`GET /repos/{owner}/{repo}`) or `POST /graphql <operation>`. */
  readonly route: string;
  readonly requests: number;
  /** Things asked to be created (issues, comments, pulls, edges). */
  readonly contents: number;
}

/** Counts by route. */
export interface UsageCounter {
  count(route: string, contents: number): void;
  /** Most requests first. */
  read(): readonly RouteUsage[];
}

/** A counter that starts at nothing. */
export function countUsage(): UsageCounter {
  const routes = new Map<string, RouteUsage>();
  return {
    count(route, contents) {
      const known = routes.get(route) ?? { route, requests: 0, contents: 0 };
      routes.set(route, { route, requests: known.requests + 1, contents: known.contents + contents });
    },
    read: () => [...routes.values()].sort((a, b) => b.requests - a.requests || a.route.localeCompare(b.route)),
  };
}
