import { memoryForge } from "../support/memory-forge/memory-forge.ts";
import type { Host, HostedRepository } from "./host.ts";

/** The memory forge under the suite. */
export async function memoryHost(): Promise<Host> {
  let count = 0;
  return { repository: async () => memoryRepository(`sample-${++count}`), close: async () => undefined };
}

function memoryRepository(name: string): HostedRepository {
  const memory = memoryForge({ repository: { owner: "ada", name } });
  const { forge, installations, people, world, clock } = memory;
  people.permit("ada", "admin");
  people.permit("grace", "write");
  /** What each branch says where, enough to tell a conflict. */
  const written = new Map<string, Map<string, string>>();
  return {
    forge,
    installations,
    openIssue: async (issue) => people.openIssue(issue),
    async adopt(parent, child) {
      const issue = world.issues.get(child);
      if (issue !== undefined) issue.parent = parent;
    },
    comment: async (author, issue, body) => people.comment(author, issue, body),
    editComment: async (id, body) => people.editComment(id, body),
    deleteComment: async (id) => people.deleteComment(id),
    close: async (issue, reason) => people.close(issue, reason),
    reopen: async (issue) => people.reopen(issue),
    async push(branch, path, text) {
      const files = written.get(branch) ?? new Map<string, string>();
      written.set(branch, files.set(path, text));
      for (const pull of world.pulls.values()) {
        if (branch === pull.base && written.get(pull.branch)?.has(path))
          people.judge(pull.number, { mergeable: "conflict" });
      }
      return people.push(branch);
    },
    mergePull: async (number) => people.merge(number),
    requestChanges: async (number) => people.judge(number, { changesRequested: true }),
    later: async () => clock.advance(2_000),
    writeLedger: async (path, text) => people.commitLedger("ada", [{ path, text }]),
    rewindLedger: async (oid) => people.rewindLedger("ada", oid),
    async rewriteIssue(number, { title, body }) {
      const issue = world.issues.get(number);
      if (issue !== undefined) issue.title = title ?? issue.title;
      if (body !== undefined) people.rewrite(number, body);
    },
    suspend: async (login) => people.suspend(login),
    relabel: async (by, issue, change) => people.relabel(issue, { by, ...change }),
    labelColor: async (label) => world.labels.get(label)?.color,
  };
}
