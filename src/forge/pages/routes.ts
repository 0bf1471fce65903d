import type { Call } from "../http/call.ts";
import { type FieldError, type HttpError, notFound } from "../http/errors.ts";
import type { Area } from "../http/gate.ts";
import { content, type Reply, redirect } from "../http/reply.ts";
import { type Handler, type Route, route } from "../http/route.ts";
import { commit, history } from "./commits.ts";
import { html } from "./html.ts";
import { iconFile } from "./icons.ts";
import { issues, pulls } from "./issues.ts";
import { loginPage, signIn, signOut } from "./login.ts";
import { show, stylesheet } from "./page.ts";
import { avatarFile } from "./people.ts";
import { ownerRepositories, repositories } from "./repositories.ts";
import { cookieActor } from "./session.ts";
import { visit } from "./visit.ts";
import { newIssue, postClose, postComment, postIssue, postReopen } from "./write.ts";

// These render Markdown, whose libraries take as long to load as all of the rest; the first page waits, not the start.
const repository: Handler = async (call) => (await import("./repository.ts")).repository(call);
const issue: Handler = async (call) => (await import("./issue.ts")).issue(call);
const pull: Handler = async (call) => (await import("./pull.ts")).pull(call);
const file: Handler = async (call) => (await import("./files.ts")).file(call);
const rawFile: Handler = async (call) => (await import("./files.ts")).rawFile(call);

const routes: readonly Route[] = [
  route("GET /", repositories),
  route("GET /login", loginPage),
  route("POST /login", signIn),
  route("POST /logout", signOut),
  route("GET /assets/{file}", asset),
  route("GET /avatars/{id}", avatar),
  route("GET /apps/{slug}", () => redirect(302, "/")),
  route("GET /{owner}", ownerRepositories),
  route("GET /{owner}/{repo}", repository),
  route("GET /{owner}/{repo}/issues", issues),
  route("GET /{owner}/{repo}/issues/new", newIssue),
  route("POST /{owner}/{repo}/issues", postIssue, { creates: true }),
  route("GET /{owner}/{repo}/issues/{number}", issue),
  route("POST /{owner}/{repo}/issues/{number}/comments", postComment, { creates: true }),
  route("POST /{owner}/{repo}/issues/{number}/close", postClose),
  route("POST /{owner}/{repo}/issues/{number}/reopen", postReopen),
  route("GET /{owner}/{repo}/labels/{name}", label),
  route("GET /{owner}/{repo}/pulls", pulls),
  route("GET /{owner}/{repo}/pull/{number}", pull),
  route("GET /{owner}/{repo}/pull/{number}/files", files),
  route("GET /{owner}/{repo}/commit/{sha}", commit),
  route("GET /{owner}/{repo}/commits/{ref}", history),
  route("GET /{owner}/{repo}/tree/{path}", file),
  route("GET /{owner}/{repo}/blob/{path}", file),
  route("GET /{owner}/{repo}/raw/{path}", rawFile),
];

/** The pages for people: signed in by cookie, refused in words. */
export const pages: Area = {
  base: "",
  routes,
  authenticate: cookieActor,
  refuse: sorry,
  kind: "pages",
};

/** What went wrong, in a page that knows no visitor: it may be the signing in that failed. */
function sorry(error: HttpError): Reply {
  const [title, words] = refusals[error.status] ?? ["That did not work", error.message];
  const details = (error.errors ?? []).map(sentence);
  const body = html`<section class="card empty"><h2>${title}</h2><p>${details.length === 0 ? words : details.join("; ")}</p><p><a href="/">All repositories</a></p></section>`;
  return show(undefined, { title, body, status: error.status });
}

function sentence(entry: FieldError | string): string {
  if (typeof entry === "string") return entry;
  const { field, code, message } = entry;
  if (message !== undefined) return message;
  return code === "missing" || code === "missing_field"
    ? `${field} is missing`
    : `${field} is ${code.replaceAll("_", " ")}`;
}

const refusals: Readonly<Record<number, readonly [string, string]>> = {
  401: ["Sign in first", "This takes a signed-in person."],
  404: ["Nothing here", "There is no such page, or it is not yours to see."],
  410: ["Gone", "This issue was deleted."],
  500: ["Something broke", "The forge's log says what."],
};

function asset(call: Call): Reply {
  const name = call.parameter("file");
  if (name === "icon.svg") return kept(content("image/svg+xml", iconFile));
  if (/^style-[0-9a-f]+\.css$/.test(name)) return kept(content("text/css; charset=utf-8", stylesheet));
  throw notFound();
}

function avatar(call: Call): Reply {
  const account = call.site.store.accounts.get(Number(call.parameter("id")));
  if (account === undefined) throw notFound();
  return kept(content("image/svg+xml", avatarFile(account)));
}

/** What never changes at its address. */
function kept(reply: Reply): Reply {
  return {
    ...reply,
    headers: { ...reply.headers, "cache-control": "public, max-age=604800", "x-content-type-options": "nosniff" },
  };
}

function label(call: Call): Reply {
  const { path } = visit(call);
  return redirect(302, `${path}/issues?label=${encodeURIComponent(call.parameter("name"))}`);
}

function files(call: Call): Reply {
  return redirect(302, `${visit(call).path}/pull/${call.parameter("number")}#files`);
}
