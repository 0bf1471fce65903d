import { git } from "../../git/origin.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { EmbeddedWorld } from "./world.ts";
import { place } from "./world.ts";

/** Everything on the forge that is there to be doubled or left over, seen by a person past everything that loses things. */
export async function finalState({ ada, repository }: EmbeddedWorld) {
  const listed = await ada.paginate(ada.issues.listForRepo, { ...place, state: "all", per_page: 100 });
  const issues = listed.filter(({ pull_request }) => pull_request === undefined);
  const pulls = await ada.paginate(ada.pulls.list, { ...place, state: "all", per_page: 100 });
  const comments = await ada.paginate(ada.issues.listCommentsForRepo, { ...place, per_page: 100 });
  const refs = await git(repository, "for-each-ref", "--format=%(refname)");
  return {
    issues: issues.map(({ title, state, state_reason }) => `${title}: ${state} ${state_reason}`).toSorted(),
    pulls: pulls.map(({ title, merged_at }) => `${title}: ${merged_at === null ? "not merged" : "merged"}`).toSorted(),
    comments: comments.map(({ body = "" }) => body.split("\n")[0]?.replace(/\d+/g, "N").slice(0, 60)).toSorted(),
    refs: refs.split("\n").filter((ref) => !ref.startsWith("refs/pull/") && !ref.startsWith("refs/coppice/trash/")),
  };
}

/** The same for the checker: everything under its key, and how each issue ended. */
export function historyOf({ issues, pulls }: Awaited<ReturnType<typeof finalState>>): readonly HistoryEvent[] {
  const keyed = [...issues.map((one) => `issue ${one}`), ...pulls.map((one) => `pull request ${one}`)];
  return [
    ...keyed.map((key, number) => ({ kind: "open", key: key.replace(/: [^:]*$/, ""), number }) as const),
    ...issues.map((one) => ({ kind: "end", task: one, how: / closed/.exec(one)?.[0] }) as const),
  ];
}
