/** Who may do a task: what they are for, in one line, and the words that call for them. */
export interface Specialist {
  readonly name: string;
  readonly charge: string;
  readonly keywords: RegExp;
}

/** The built-in set, the more particular first: the first whose words are found is taken. */
export const specialists: readonly Specialist[] = [
  {
    name: "test-engineer",
    charge: "Writes and runs tests, finds what breaks.",
    keywords: /\b(tests?|testing|coverage|regression|e2e)\b/i,
  },
  {
    name: "docs-writer",
    charge: "Writes guides, references and examples that match the code.",
    keywords: /\b(docs?|document\w*|readme|guide|tutorial|changelog)\b/i,
  },
  {
    name: "code-reviewer",
    charge: "Reads changes for correctness, clarity and safety.",
    keywords: /\b(review|audit|refactor\w*|clean ?up)\b/i,
  },
  {
    name: "llm-architect",
    charge: "Builds what talks to language models: prompts, retrieval, agents, evaluations.",
    keywords: /\b(llms?|chat ?bots?|rag|prompts?|gpt|claude|embeddings?)\b/i,
  },
  {
    name: "ml-systems-architect",
    charge: "Trains, evaluates and serves machine-learning models.",
    keywords: /\b(machine learning|ml|predict\w*|churn|classif\w*|recommend\w*|forecast\w*|train(?:ing)?|neural)\b/i,
  },
  {
    name: "data-pipeline-engineer",
    charge: "Moves and transforms data reliably, in batches or streams.",
    keywords: /\b(etl|elt|pipelines?|ingest\w*|extract\w*|transform\w*|batch|kafka|airflow|snowflake|warehouse|s3)\b/i,
  },
  {
    name: "data-science-analyst",
    charge: "Explores data, tests hypotheses, reports findings.",
    keywords: /\b(analy\w*|statistic\w*|metrics?|reports?|insights?|notebooks?|visuali[sz]\w*)\b/i,
  },
  {
    name: "data-architect-governance",
    charge: "Shapes schemas, data quality, lineage, privacy.",
    keywords: /\b(governance|gdpr|privacy|lineage|catalog|data model|schemas?|compliance)\b/i,
  },
  {
    name: "frontend-ui-engineer",
    charge: "Builds user interfaces that are clear, quick and accessible.",
    keywords: /\b(ui|ux|front-?end|react|vue|svelte|css|pages?|dashboards?|forms?|screens?|browser|components?)\b/i,
  },
  {
    name: "aws-cloud-architect",
    charge: "Sets up infrastructure, deployment, networking, cost.",
    keywords: /\b(aws|cloud|lambda|kubernetes|k8s|terraform|docker|deploy\w*|infrastructure|ci\/cd|microservices?)\b/i,
  },
  {
    name: "specifications-engineer",
    charge: "Turns wishes into precise contracts others can build against.",
    keywords: /\b(spec\w*|design|requirements?|contract|interface|rfc)\b/i,
  },
  {
    name: "backend-systems-engineer",
    charge: "Builds services, interfaces, storage and the logic between them.",
    keywords: /./s,
  },
];

/** Who fits a text best, by its words. */
export function specialistFor(text: string): string {
  return specialists.find(({ keywords }) => keywords.test(text))?.name ?? "backend-systems-engineer";
}

/** Whether a name is one of the built-in set. */
export function isSpecialist(name: string): boolean {
  return specialists.some((specialist) => specialist.name === name);
}

/** The names as a line for a refusal. */
export function specialistNames(): string {
  return specialists.map(({ name }) => name).join(", ");
}
