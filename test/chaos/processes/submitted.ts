import { expect } from "vitest";
import type { World } from "../../app/support/world.ts";
import { check } from "../history/check.ts";
import type { HistoryEvent } from "../history/history.ts";

const config = "merge: auto\nverify: test -f README.md\nmax-agents: 8\n";

/** Tasks that people submit one by one, each a plan of its own, and what became of them. */
export interface Submitted {
  submit(): Promise<void>;
  /** Those whose issue is still open. */
  open(): Promise<number>;
  /** A person merges what is there to be merged. */
  merge(): Promise<void>;
  /** The most runs that any task needed. */
  mostEpochs(): Promise<number>;
  /** All that was submitted has ended well, and nothing is there twice or left over. */
  expectDone(): Promise<void>;
  readonly count: () => number;
}

export async function openSubmitted({ octokit, repository }: World): Promise<Submitted> {
  const content = Buffer.from(config).toString("base64");
  const path = ".github/coppice.yml";
  await octokit.repos.createOrUpdateFileContents({ ...repository, path, message: "Configure", content });
  const parents = new Set<number>();
  const listIssues = async () => {
    const all = await octokit.paginate(octokit.issues.listForRepo, { ...repository, state: "all", per_page: 100 });
    return all.filter(({ pull_request }) => pull_request === undefined);
  };
  return {
    count: () => parents.size,
    async submit() {
      const title = `Part ${parents.size + 1}`;
      const { data: issue } = await octokit.issues.create({ ...repository, title });
      parents.add(issue.number);
      const body = `/submit Make ${title.toLowerCase()}`;
      await octokit.issues.createComment({ ...repository, issue_number: issue.number, body });
    },
    open: async () =>
      (await listIssues()).filter(({ number, state }) => parents.has(number) && state === "open").length,
    async merge() {
      const { data: pulls } = await octokit.pulls.list({ ...repository, state: "open" });
      for (const { number } of pulls) await octokit.pulls.merge({ ...repository, pull_number: number });
    },
    async mostEpochs() {
      const { data } = await octokit.git.getTree({ ...repository, tree_sha: "coppice-ledger", recursive: "1" });
      return Math.max(...data.tree.map(({ path }) => Number(/\/runs\/(\d+)\.json$/.exec(path ?? "")?.[1] ?? 0)));
    },
    async expectDone() {
      const issues = await listIssues();
      const pulls = await octokit.paginate(octokit.pulls.list, { ...repository, state: "all", per_page: 100 });
      const history: readonly HistoryEvent[] = [
        ...issues.map(({ title, number }) => ({ kind: "open", key: `issue ${title}`, number }) as const),
        ...pulls.map(({ head, number }) => ({ kind: "open", key: `pull request of ${head.ref}`, number }) as const),
        ...issues.map(
          ({ title, state, state_reason }) =>
            ({ kind: "end", task: title, how: state === "closed" ? (state_reason ?? "closed") : undefined }) as const,
        ),
      ];
      expect(check(history)).toEqual([]);
      expect(issues).toHaveLength(2 * parents.size);
      expect(pulls.filter(({ merged_at }) => merged_at !== null)).toHaveLength(parents.size);
      const { data: branches } = await octokit.repos.listBranches({ ...repository, per_page: 100 });
      expect(branches.map(({ name }) => name).toSorted()).toEqual(["coppice-ledger", "main"]);
    },
  };
}
