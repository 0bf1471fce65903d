import type { RootDatabase, Transaction } from "lmdb";
import type { Account } from "../model/account.ts";
import type { App, Installation } from "../model/app.ts";
import type { CheckRun, CheckSuite } from "../model/check.ts";
import type { Comment, Reaction } from "../model/comment.ts";
import type { Delivery } from "../model/delivery.ts";
import type { DeletedIssue, Issue } from "../model/issue.ts";
import type { IssueEvent } from "../model/issue-event.ts";
import type { Label } from "../model/label.ts";
import type { Pull } from "../model/pull.ts";
import type { AnnouncedRef, Collaborator, Repository } from "../model/repository.ts";
import type { RequiredChecks } from "../model/required-checks.ts";
import type { Review } from "../model/review.ts";
import type { SignedCommit } from "../model/signed-commit.ts";
import type { CommitStatus } from "../model/status.ts";
import type { Token } from "../model/token.ts";
import { type KeyPart, type Keys, type Table, table } from "./table.ts";

type Database = RootDatabase<unknown, (KeyPart | Buffer)[]>;

/** The tables of the store, as they are or as a transaction sees them; an index whose key ends in the row's id lists rows in order of creation. */
export function tables(database: Database, past?: Transaction) {
  const open: Open = (name, indexes) => table(database, name, indexes, past);
  return { ...identityTables(open), ...repositoryTables(open), ...threadTables(open) };
}

type Open = <Row extends { readonly id: number }, Index extends string>(
  name: string,
  indexes: Readonly<Record<Index, Keys<Row>>>,
) => Table<Row, Index>;

function identityTables(open: Open) {
  return {
    accounts: open("accounts", {
      byLogin: (row: Account) => [[row.login.toLowerCase()]],
    }),
    apps: open("apps", { bySlug: (row: App) => [[row.slug]], byBot: (row: App) => [[row.botId]] }),
    installations: open("installations", {
      byApp: (row: Installation) => [[row.appId, row.id]],
      byAccount: (row: Installation) => [[row.accountId, row.appId]],
    }),
    tokens: open("tokens", { byHash: (row: Token) => [[row.hash]] }),
    deliveries: open("deliveries", {
      byApp: (row: Delivery) => [[row.appId, row.id]],
      /** Only those never tried. */
      waiting: (row: Delivery) => (row.attempt === undefined ? [[row.appId, row.id]] : []),
    }),
  };
}

function repositoryTables(open: Open) {
  return {
    repositories: open("repositories", {
      byOwner: (row: Repository) => [[row.ownerId, row.name.toLowerCase()]],
      all: (row: Repository) => [[row.id]],
    }),
    collaborators: open("collaborators", {
      byRepository: (row: Collaborator) => [[row.repositoryId, row.accountId]],
      byAccount: (row: Collaborator) => [[row.accountId, row.repositoryId]],
    }),
    announcedRefs: open("announcedRefs", {
      byRepository: (row: AnnouncedRef) => [[row.repositoryId, row.name]],
    }),
    signedCommits: open("signedCommits", {
      byCommit: (row: SignedCommit) => [[row.repositoryId, row.oid]],
    }),
    labels: open("labels", {
      byName: (row: Label) => [[row.repositoryId, row.name.toLowerCase()]],
      byRepository: (row: Label) => [[row.repositoryId, row.id]],
    }),
  };
}

function threadTables(open: Open) {
  return {
    issues: open("issues", {
      byNumber: (row: Issue) => [[row.repositoryId, row.number]],
      open: (row: Issue) => (row.state === "open" ? [[row.repositoryId, row.number]] : []),
      byLabel: (row: Issue) => row.labelIds.map((label) => [label, row.id]),
      /** The issues that a given issue blocks. */
      byBlocker: (row: Issue) => row.blockedByIds.map((blocker) => [blocker, row.id]),
    }),
    comments: open("comments", {
      byIssue: (row: Comment) => [[row.issueId, row.id]],
      byRepository: (row: Comment) => [[row.repositoryId, row.id]],
    }),
    reactions: open("reactions", {
      bySubject: (row: Reaction) => [[row.subject, row.subjectId, row.id]],
      byAccount: (row: Reaction) => [[row.subject, row.subjectId, row.accountId, row.content]],
    }),
    issueEvents: open("issueEvents", {
      byIssue: (row: IssueEvent) => [[row.issueId, row.id]],
      byRepository: (row: IssueEvent) => [[row.repositoryId, row.id]],
    }),
    pulls: open("pulls", {
      byNumber: (row: Pull) => [[row.repositoryId, row.number]],
      byHead: (row: Pull) => [[row.head.repositoryId, row.head.ref, row.id]],
      byBase: (row: Pull) => [[row.base.repositoryId, row.base.ref, row.id]],
      byHeadOid: (row: Pull) => [[row.head.repositoryId, row.head.oid, row.id]],
    }),
    reviews: open("reviews", { byPull: (row: Review) => [[row.pullId, row.id]] }),
    deletedIssues: open("deletedIssues", {
      byNumber: (row: DeletedIssue) => [[row.repositoryId, row.number]],
    }),
    checkSuites: open("checkSuites", {
      byHead: (row: CheckSuite) => [[row.repositoryId, row.headOid, row.appId]],
    }),
    checkRuns: open("checkRuns", {
      byHead: (row: CheckRun) => [[row.repositoryId, row.headOid, row.id]],
      bySuite: (row: CheckRun) => [[row.suiteId, row.id]],
    }),
    statuses: open("statuses", {
      byCommit: (row: CommitStatus) => [[row.repositoryId, row.oid, row.id]],
    }),
    requiredChecks: open("requiredChecks", {
      byBranch: (row: RequiredChecks) => [[row.repositoryId, row.branch]],
    }),
  };
}

export type { Table };
