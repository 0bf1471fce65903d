import { areas } from "../areas.ts";
import { matches } from "./matches.ts";
import { type Faultiness, faultPlanSchema } from "./plan.ts";

/** The plan with everything filled in; throws an Error of one line that names every place where it is wrong. */
export function readFaultPlan(value: unknown): Faultiness {
  const parsed = faultPlanSchema.safeParse(value);
  const wrongs = parsed.success
    ? unknownRoutes(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${place(path)}${message}`);
  if (parsed.success && wrongs.length === 0) return parsed.data;
  throw new Error(`faults: ${wrongs.join("; ")}`);
}

function place(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return text === "" ? "" : `${text.replace(/^\./, "")}: `;
}

/** A rule for routes that nobody answers would never hit, and nobody would notice. */
function unknownRoutes({ requests }: Faultiness): string[] {
  return requests.flatMap(({ route = [] }, at) =>
    route
      .filter((pattern) => !isKnown(pattern))
      .map((pattern) => `requests[${at}].route: no route is called ${JSON.stringify(pattern)}`),
  );
}

// Any operation may be asked of GraphQL, so any name may follow.
function isKnown(pattern: string): boolean {
  return pattern.startsWith("POST /graphql") || names.some((name) => matches([pattern], name));
}

const names = areas
  .filter(({ kind }) => kind !== "pages")
  .flatMap(({ routes }) => routes.map(({ method, template }) => `${method} ${template}`));
