import { canSee, findRepository } from "../access/authorize.ts";
import { issueByNumber } from "../domain/find-issue.ts";
import type { Call } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import type { Issue } from "../model/issue.ts";
import type { Repository } from "../model/repository.ts";
import { fullName } from "../present/repository.ts";
import { type Html, html } from "./html.ts";
import { type IconName, icon } from "./icons.ts";
import type { Crumb } from "./page.ts";

/** A repository as its pages need it. */
export interface Visit {
  readonly repository: Repository;
  /** `/owner/name`: what every link of its pages starts with. */
  readonly path: string;
}

/** The repository of the address; 404 when there is none or it is not the visitor's to know. */
export function visit(call: Call): Visit {
  const repository = findRepository(call.site, call.parameter("owner"), call.parameter("repo"));
  if (repository === undefined || !canSee(call.site, call.actor, repository)) throw notFound();
  return { repository, path: `/${fullName(call.site, repository)}` };
}

/** The issue or pull request of the address. */
export function visitedIssue(call: Call, { repository }: Visit): Issue {
  const number = Number(call.parameter("number"));
  if (!Number.isSafeInteger(number)) throw notFound();
  return issueByNumber(call.site, repository, number);
}

/** The way to a page of the repository. */
export function trail({ path }: Visit, ...more: readonly Crumb[]): Crumb[] {
  const [, owner = "", name = ""] = path.split("/");
  return [{ text: owner, href: `/${owner}` }, { text: name, href: path }, ...more];
}

export type Tab = "code" | "issues" | "pulls";

/** The repository's three faces. */
export function tabs(call: Call, { repository, path }: Visit, current: Tab): Html {
  const { store } = call.site;
  const open = store.issues.list("open", [repository.id]);
  const pulls = open.filter(({ pullId }) => pullId !== undefined).length;
  const tab = (name: Tab, link: { href: string; icon: IconName; text: string; count?: number }) => {
    const count = link.count === undefined ? "" : html`<span class="count">${link.count}</span>`;
    return html`<a href="${link.href}" ${name === current ? html`aria-current="page"` : ""}>${icon(link.icon)}${link.text}${count}</a>`;
  };
  return html`<nav class="tabs" aria-label="Repository">
${tab("code", { href: path, icon: "repository", text: "Code" })}
${tab("issues", { href: `${path}/issues`, icon: "open", text: "Issues", count: open.length - pulls })}
${tab("pulls", { href: `${path}/pulls`, icon: "pull", text: "Pull requests", count: pulls })}
</nav>`;
}
