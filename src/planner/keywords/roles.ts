/** What part of a well-known whole a piece of work is; says what has to be there before it. */
export type Role =
  | "extract"
  | "transform"
  | "load"
  | "schedule"
  | "model"
  | "logic"
  | "endpoints"
  | "auth"
  | "prepare"
  | "features"
  | "train"
  | "serve"
  | "prompts"
  | "answers"
  | "service"
  | "data-move"
  | "reports";

/** Roles that come first, near and far; everything else goes side by side. */
export const rolesBefore: Readonly<Partial<Record<Role, readonly Role[]>>> = {
  transform: ["extract"],
  load: ["transform", "extract"],
  schedule: ["load", "transform", "extract"],
  reports: ["load", "transform", "extract"],
  logic: ["model"],
  endpoints: ["model", "logic"],
  auth: ["endpoints", "logic", "model"],
  train: ["prepare", "features"],
  serve: ["train"],
  answers: ["prompts"],
  "data-move": ["service"],
};

/** What part of a well-known whole an item of somebody's list is; undefined for most. */
export function roleOf(item: string): Role | undefined {
  return roleWords.find(([, words]) => words.test(item))?.[0];
}

const roleWords: readonly (readonly [Role, RegExp])[] = [
  ["extract", /\b(?:extract|ingest|fetch the|pull the)\b/i],
  ["transform", /\b(?:transform|clean(?:se)?|normali[sz]e|validate the data)\b/i],
  ["load", /\bload\b.*\b(?:to|into|warehouse|data)\b|^load\b/i],
  ["schedule", /\b(?:schedule|orchestrat\w*|cron)\b/i],
  ["train", /\btrain(?:ing)?\b.*\bmodel\b|\btrain\b/i],
  ["serve", /\bserv(?:e|ing)\b.*\b(?:model|predictions?)\b|\binference\b/i],
  ["prepare", /\bprepare\b.*\bdata\b/i],
  ["features", /\bfeature (?:engineering|selection)\b|\bchoose features\b/i],
  ["model", /\b(?:data model|database schema|schema|storage layer|migrations?)\b/i],
  ["auth", /\b(?:authenticat\w*|authori[sz]\w*|oauth2?|sso|jwt)\b/i],
  ["endpoints", /\b(?:endpoints?|rest api|graphql api)\b/i],
];
