/** How often a route (`GET /repos/{owner}/{repo}`, or `POST /graphql Operation`) was asked. */
export interface RouteCount {
  readonly route: string;
  readonly count: number;
  /** Issues, comments, pulls, reviews and edges made through it: what GitHub's content limit counts. */
  readonly creations: number;
}

export interface RequestCounts {
  request(route: string): void;
  creation(route: string): void;
  list(): RouteCount[];
}

/** Routes that are told apart: GraphQL operations are called whatever their senders like. */
const mostRoutes = 2_000;

/** Counts since the process started; they are not kept. */
export function requestCounts(): RequestCounts {
  const rows = new Map<string, { count: number; creations: number }>();
  const row = (asked: string) => {
    const route = rows.has(asked) || rows.size < mostRoutes ? asked : "others";
    const held = rows.get(route) ?? { count: 0, creations: 0 };
    rows.set(route, held);
    return held;
  };
  return {
    request: (route) => {
      row(route).count += 1;
    },
    creation: (route) => {
      row(route).creations += 1;
    },
    list: () =>
      [...rows]
        .map(([route, held]) => ({ route, ...held }))
        .sort((left, right) => left.route.localeCompare(right.route)),
  };
}
