import type { Specialist } from "../../core/task/specialist.ts";
import { specialistFor } from "../../core/task/specialist.ts";

/** One piece of implementation work found in a goal. */
export interface Part {
  readonly title: string;
  readonly specialist: string;
}

/** What kinds of work the words of a goal call for, in the order people would expect them. */
interface Kind {
  readonly words: RegExp;
  readonly parts: (goal: string) => readonly Part[];
}

const part = (title: string, specialist: string): Part => ({ title, specialist });

const kinds: readonly Kind[] = [
  {
    words: /\b(etl|elt|data pipelines?|pipelines? to|ingest\w*)\b/i,
    parts: (goal) => [
      part(`Extract the data${between(goal, "from")}`, "data-pipeline-engineer"),
      part("Validate and transform the data", "data-pipeline-engineer"),
      part(`Load the data${between(goal, "to", "into")}`, "data-pipeline-engineer"),
      part("Schedule runs, retry failures and raise alarms", "data-pipeline-engineer"),
    ],
  },
  {
    words: /\b(predict\w*|churn|classif\w*|recommend\w*|forecast\w*|machine learning|ml)\b/i,
    parts: () => [
      part("Prepare the training data", "data-pipeline-engineer"),
      part("Explore the data and choose features", "data-science-analyst"),
      part("Train and evaluate the model", "ml-systems-architect"),
      part("Serve predictions", "backend-systems-engineer"),
    ],
  },
  {
    words: /\b(llms?|chat ?bots?|rag|gpt|claude)\b/i,
    parts: () => [
      part("Write the prompts and the calls to the language model", "llm-architect"),
      part("Evaluate the answers on real examples", "llm-architect"),
    ],
  },
  {
    words: /\b(microservices?|monolith\w*)\b/i,
    parts: () => [
      part("Route requests between the services", "backend-systems-engineer"),
      part("Set up builds, deployment and observation of each service", "aws-cloud-architect"),
    ],
  },
  {
    words: /\b(rest|graphql|api|endpoints?)\b/i,
    parts: () => [
      part("Build the data model and storage", "backend-systems-engineer"),
      part("Build the API endpoints with validation and errors", "backend-systems-engineer"),
    ],
  },
  {
    words: /\b(auth\w*|oauth\d?|log-?in|sign[- ]?(?:in|up)|sso|jwt)\b/i,
    parts: () => [part("Build authentication and authorization", "backend-systems-engineer")],
  },
  {
    words: /\b(ui|front-?end|react|vue|svelte|web ?(?:app|site)|dashboards?|pages?|forms?|screens?)\b/i,
    parts: () => [part("Build the user interface", "frontend-ui-engineer")],
  },
  {
    words: /\b(aws|kubernetes|k8s|terraform|docker|lambda|deploy\w*|infrastructure)\b/i,
    parts: () => [part("Set up the infrastructure and deployment", "aws-cloud-architect")],
  },
  {
    words: /\b(reports?|reporting|analytics|insights?)\b/i,
    parts: () => [part("Build the reports", "data-science-analyst")],
  },
  {
    words: /\b(gdpr|privacy|governance|compliance|lineage)\b/i,
    parts: () => [part("Put the data rules in place: quality, access, retention", "data-architect-governance")],
  },
];

/** The work a goal calls for: by its kind, then by the things it names; no title twice. */
export function partsOf(goal: string, things: readonly string[], specialists: readonly Specialist[]): readonly Part[] {
  const known = kinds.filter(({ words }) => words.test(goal));
  const named = things
    .filter((thing) => !known.some(({ words }) => words.test(thing)))
    .map((thing) => part(`Build ${thing}`, specialistFor(thing, specialists)));
  const all = [...known.flatMap(({ parts }) => parts(goal)), ...named];
  return all.filter(({ title }, index) => all.findIndex((other) => other.title === title) === index);
}

/** ` from S3`: the few words after a preposition, up to the next one. */
function between(goal: string, ...prepositions: readonly string[]): string {
  const found = new RegExp(
    `\\s(${prepositions.join("|")})\\s+([\\w.-]+(?:\\s+(?!from|to|into|with|and|for|using)[\\w.-]+){0,2})`,
    "i",
  ).exec(goal);
  const preposition = found?.[1]?.toLowerCase();
  return found === null || /^(process|be|build|create)\b/i.test(found[2] ?? "")
    ? lastOf(goal, prepositions)
    : ` ${preposition} ${found[2]}`;
}

/** "a pipeline to process … to Snowflake": the first `to` is no direction, the last one is. */
function lastOf(goal: string, prepositions: readonly string[]): string {
  const found = [...goal.matchAll(new RegExp(`\\s(${prepositions.join("|")})\\s+([\\w.-]+)`, "gi"))].at(-1);
  return found === undefined || /^(process|be|build|create)$/i.test(found[2] ?? "")
    ? ""
    : ` ${found[1]?.toLowerCase()} ${found[2]}`;
}
