import { holds, soughtFor, wordsOf } from "../../core/task/words.ts";
import { between } from "./directions.ts";
import type { Role } from "./roles.ts";

/** One piece of work that a kind of goal is known to consist of. */
export interface KnownPart {
  readonly title: (goal: string) => string;
  /** One of the built-in specialists. */
  readonly specialist: string;
  readonly minutes: number;
  readonly role?: Role;
  /** Only where something whole and new is asked for. */
  readonly whole?: true;
  /** Only where the goal says this too. */
  readonly when?: RegExp;
  /** Said once for each thing the goal names, where it names any. */
  readonly each?: (thing: string) => string;
}

/** A kind of goal: the words that call for it and its parts in the order people would expect them. */
export interface Kind {
  readonly words: readonly string[];
  readonly parts: readonly KnownPart[];
  /** A system of its own, not a part that any program may have. */
  readonly system?: true;
}

type More = Partial<Pick<KnownPart, "role" | "whole" | "each" | "when">>;

function part(title: string | KnownPart["title"], specialist: string, minutes: number, more: More = {}): KnownPart {
  return { title: typeof title === "string" ? () => title : title, specialist, minutes, ...more };
}

const kinds: readonly Kind[] = [
  {
    system: true,
    words: [
      "etl",
      "elt",
      "data pipeline",
      "pipeline to",
      "pipeline from",
      "pipeline that",
      "ingest*",
      "datenpipeline",
      "データパイプライン",
    ],
    parts: [
      part((goal) => `Extract the data${between(goal, "from")}`, "data-pipeline-engineer", 30, { role: "extract" }),
      part("Validate and transform the data", "data-pipeline-engineer", 45, { role: "transform" }),
      part((goal) => `Load the data${between(goal, "into", "to")}`, "data-pipeline-engineer", 30, { role: "load" }),
      part("Schedule pipeline runs, retry failures and raise alarms", "data-pipeline-engineer", 30, {
        role: "schedule",
      }),
    ],
  },
  {
    system: true,
    words: [
      "predict*",
      "churn",
      "classif*",
      "recommend*",
      "forecast*",
      "machine learning",
      "ml",
      "anomaly detection",
      "vorhersage*",
      "予測",
      "機械学習",
    ],
    parts: [
      part("Prepare the training data", "data-pipeline-engineer", 45, { role: "prepare" }),
      part("Explore the data and choose features", "data-science-analyst", 45, { role: "features" }),
      part("Train and evaluate the machine-learning model", "ml-systems-architect", 60, { role: "train" }),
      part("Serve predictions through an API", "backend-systems-engineer", 40, { role: "serve" }),
    ],
  },
  {
    system: true,
    words: ["llm", "chatbot", "chat bot", "rag", "gpt", "language model", "チャットボット"],
    parts: [
      part("Build the retrieval of what the language model is given", "llm-architect", 45, {
        when: /\b(?:rag|retriev\w*|over|documents?|docs|knowledge)\b/i,
      }),
      part("Write the prompts and the calls to the language model", "llm-architect", 40, { role: "prompts" }),
      part("Evaluate the language model's answers on real examples", "llm-architect", 40, { role: "answers" }),
    ],
  },
  {
    system: true,
    words: ["microservice*", "monolith*", "マイクロサービス"],
    parts: [
      part((goal) => serviceTitle(goal), "backend-systems-engineer", 60, {
        role: "service",
        each: (thing) => `Build ${thing}`,
      }),
      part("Route requests between the services", "backend-systems-engineer", 40),
      part("Set up builds, deployment and monitoring of each service", "aws-cloud-architect", 45),
      part("Move the data to the services that own it", "data-architect-governance", 45, {
        role: "data-move",
        when: /\bmonolith/i,
      }),
    ],
  },
  {
    system: true,
    words: ["rest api", "restful", "graphql", "api", "apis", "endpoint", "schnittstelle"],
    parts: [
      part("Build the data model and storage", "backend-systems-engineer", 30, { role: "model", whole: true }),
      part("Build the API endpoints with validation and errors", "backend-systems-engineer", 45, {
        role: "endpoints",
        each: (thing) => `Build the API endpoints for ${thing}`,
      }),
    ],
  },
  {
    words: [
      "auth",
      "authentication",
      "authorization",
      "authorisation",
      "oauth",
      "oauth2",
      "login",
      "log in",
      "log-in",
      "sign in",
      "sign up",
      "sign-in",
      "sign-up",
      "sso",
      "jwt",
      "anmeldung",
      "authentifizierung",
      "認証",
      "ログイン",
    ],
    parts: [part("Build authentication and authorization", "backend-systems-engineer", 40, { role: "auth" })],
  },
  {
    words: [
      "ui",
      "user interface",
      "frontend",
      "front-end",
      "react",
      "vue",
      "svelte",
      "web app",
      "website",
      "web site",
      "dashboard",
      "page",
      "form",
      "screen",
      "oberfläche",
      "画面",
      "フロントエンド",
    ],
    parts: [part("Build the user interface", "frontend-ui-engineer", 45)],
  },
  {
    words: [
      "aws",
      "kubernetes",
      "k8s",
      "terraform",
      "docker*",
      "lambda",
      "deploy*",
      "infrastructure",
      "infrastruktur",
      "デプロイ",
    ],
    parts: [part("Set up the infrastructure and deployment", "aws-cloud-architect", 40)],
  },
  {
    words: ["report", "reporting", "analytics", "insight", "auswertung*"],
    parts: [part("Build the reports", "data-science-analyst", 40, { role: "reports" })],
  },
  {
    words: ["gdpr", "dsgvo", "privacy", "governance", "compliance", "lineage"],
    parts: [part("Put the data rules in place: quality, privacy, retention", "data-architect-governance", 40)],
  },
];

/** For a whole program of which nothing more particular is known. */
const program: Kind = {
  words: ["app", "application", "platform", "shop", "marketplace", "blog", "game", "anwendung", "アプリ"],
  parts: [
    part("Build the data model and storage", "backend-systems-engineer", 30, { role: "model" }),
    part("Build the logic behind the interface", "backend-systems-engineer", 45, { role: "logic" }),
    part("Build the user interface", "frontend-ui-engineer", 45),
  ],
};

/** The kinds whose words a text holds; a program's parts too where a whole one is asked for and no other system is. */
export function kindsOf(text: string, whole: boolean): readonly Kind[] {
  const found = kinds.filter((kind) => isKind(text, kind));
  const isProgram = whole && !found.some(({ system }) => system) && isKind(text, program);
  return isProgram ? [program, ...found] : found;
}

/** Whether a text holds one of a kind's words. */
export function isKind(text: string, { words }: Kind): boolean {
  const all = wordsOf(text);
  return words.some((word) => holds(all, soughtFor(word)) !== undefined);
}

function serviceTitle(goal: string): string {
  return /\bmonolith/i.test(goal) ? "Take the first service out of the monolith" : "Build the services";
}
