import { findRepository } from "../access/authorize.ts";
import { requestCheckAction } from "../domain/check-runs.ts";
import { deleteIssue } from "../domain/delete-issue.ts";
import { issueByNumber } from "../domain/find-issue.ts";
import { setRequiredChecks } from "../domain/required-checks.ts";
import { writingFor } from "../domain/writing.ts";
import { invalid } from "../http/errors.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";

/** What people do on GitHub's pages only; `repository` is always `owner/name`. */
export interface ThreadAdmin {
  /** Deletes an issue as its repository's owner would; the number answers 410 from then on. */
  deleteIssue(repository: string, number: number): void;
  /** Makes these check runs or statuses required on a branch; an empty list lifts the rule. */
  setRequiredChecks(repository: string, branch: string, contexts: readonly string[]): void;
  /** Presses the button of a check run, or asks for the run again when no button is named. */
  pressCheckButton(button: { checkRunId: number; login: string; identifier?: string }): void;
}

export function threadAdmin(site: Site): ThreadAdmin {
  return {
    deleteIssue: (fullName, number) => {
      const repository = repositoryNamed(site, fullName);
      const owner = site.store.accounts.get(repository.ownerId);
      if (owner === undefined) throw invalid(`${fullName} has no owner`);
      const writing = writingFor(site, owner, repository);
      site.store.transaction(() => deleteIssue(writing, issueByNumber(site, repository, number)));
    },
    setRequiredChecks: (fullName, branch, contexts) =>
      setRequiredChecks(site, repositoryNamed(site, fullName), { branch, contexts }),
    pressCheckButton: ({ checkRunId, login, identifier }) => {
      const run = site.store.checkRuns.get(checkRunId);
      const by = site.store.accounts.find("byLogin", [login.toLowerCase()]);
      if (run === undefined || by === undefined) throw invalid(`there is no check run ${checkRunId} or no ${login}`);
      if (identifier !== undefined && !run.actions.some((action) => action.identifier === identifier)) {
        throw invalid(`check run ${checkRunId} has no button ${identifier}`);
      }
      requestCheckAction(site, run, { by, identifier });
    },
  };
}

function repositoryNamed(site: Site, fullName: string): Repository {
  const [owner = "", name = ""] = fullName.split("/");
  const repository = findRepository(site, owner, name);
  if (repository === undefined) throw invalid(`there is no repository ${fullName}`);
  return repository;
}
