import type { Forge } from "../ports/forge/forge.ts";
import type { ReadingForge, ReadingPorts, ReconcilerPorts } from "./ports.ts";

/** The forge with nothing but its readings: whoever has this cannot write, whatever is done with it. */
function readingForge(forge: ReadingForge): ReadingForge {
  const { repository, botLogin, defaultBranch, gitUrl, comments, issues, permissions, plans } = forge;
  const serve: Forge["serve"] = (plan, work) => forge.serve(plan, work);
  return {
    ...{ repository, botLogin, defaultBranch, gitUrl, serve },
    comments: {
      get: (id, options) => comments.get(id, options),
      ofIssue: (issue, since, options) => comments.ofIssue(issue, since, options),
    },
    issues: { getCommanded: (number, comment) => issues.getCommanded(number, comment) },
    permissions: { of: (login) => permissions.of(login) },
    plans: { observe: (request) => plans.observe(request) },
  };
}

/** The same of all that a reconciler talks to: no lease is moved, no run offered or stopped, no lead taken. */
export function readingPorts(ports: Omit<ReconcilerPorts, "leadership"> | ReadingPorts): ReadingPorts {
  const { forge, plans, leases, code, dispatch, specialists, clock, log } = ports;
  return {
    forge: readingForge(forge),
    plans: {
      list: () => plans.list(),
      broken: () => plans.broken(),
      load: (issue) => plans.load(issue),
      file: (issue, path) => plans.file(issue, path),
      doubt: (head) => plans.doubt(head),
    },
    leases: {
      list: () => leases.list(),
      files: (oid) => leases.files(oid),
      unreadable: () => leases.unreadable?.() ?? new Map(),
    },
    code: {
      refresh: () => code.refresh(),
      read: (commit, path, most, options) => code.read(commit, path, most, options),
    },
    dispatch: {
      workers: () => dispatch.workers(),
      runs: (repository) => dispatch.runs(repository),
      isGone: (holder) => dispatch.isGone(holder),
    },
    ...(specialists === undefined ? {} : { specialists }),
    ...{ clock, log },
  };
}
