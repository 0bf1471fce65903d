import type { Call } from "./call.ts";
import type { Reply } from "./reply.ts";

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** One route: GitHub's own template (`GET /repos/{owner}/{repo}/git/ref/{ref}`) and who answers it. */
export interface Route {
  readonly method: string;
  /** Path template with `{names}`; a last `{ref}` or `{path}` also takes slashes. */
  readonly template: string;
  readonly handler: Handler;
  /** Making one counts as content on GitHub (issues, comments, pulls, reviews, edges). */
  readonly creates: boolean;
  /** The handler counts the request under a better name (GraphQL: its operation). */
  readonly countsItself: boolean;
  /** The answer goes out while it is made. */
  readonly streams: boolean;
  /** Costs nothing of the caller's allowance. */
  readonly isFree: boolean;
  /** What is really asked for, where the route alone does not say. */
  readonly ask?: (call: Call) => Promise<Ask | undefined>;
}

export interface Ask {
  /** The name in counts. */
  readonly name: string;
  /** It changes nothing. */
  readonly reads: boolean;
  /** Things made that count as content. */
  readonly contents: number;
}

/** Declares a route from GitHub's spelling of it, method first. */
export function route(
  description: string,
  handler: Handler,
  options: Partial<Pick<Route, "creates" | "countsItself" | "streams" | "isFree" | "ask">> = {},
): Route {
  const [method = "", template = ""] = description.split(" ");
  return { method, template, handler, creates: false, countsItself: false, streams: false, isFree: false, ...options };
}

/** The template in the router's spelling; `greedy` patterns must be tried after all others. */
export function pattern(template: string): { path: string; greedy: boolean } {
  const greedy = /\{(ref|path)\}$/.test(template);
  const path = template
    .replace(/\{(ref|path)\}$/, ":$1{.+}")
    .replace(/\{(\w+)\}\.git/, ":$1{[^/]+\\.git}")
    .replace(/\{([a-z]\w*)\}/g, ":$1");
  return { path, greedy };
}
