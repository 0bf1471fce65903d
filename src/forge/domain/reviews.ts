import { HttpError } from "../http/errors.ts";
import { nodeId } from "../model/node-id.ts";
import type { Pull } from "../model/pull.ts";
import type { Review, ReviewEvent, ReviewState } from "../model/review.ts";
import { presentPull } from "../present/pull.ts";
import { presentReview } from "../present/review.ts";
import { type Site, timeOf } from "../site.ts";
import { issueOf } from "./find-issue.ts";
import { bodyLimit, fits } from "./text-limits.ts";
import { tell, type Writing } from "./writing.ts";

const states: Readonly<Record<ReviewEvent, ReviewState>> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

/** Submits a review; 422 when authors judge their own work or say nothing. Inside a transaction. */
export function submitReview(
  writing: Writing,
  pull: Pull,
  { event, body = "", commitOid = pull.head.oid }: { event: ReviewEvent; body?: string; commitOid?: string },
): Review {
  const { site, repository, account } = writing;
  refuseOwn(writing, pull, event);
  if (!fits(body)) throw refused(`Body is too long (maximum is ${bodyLimit} characters)`);
  if (event !== "APPROVE" && body.trim() === "") throw refused("Body can not be blank");
  const id = site.store.nextId();
  const review = site.store.reviews.put({
    id,
    nodeId: nodeId("review", id),
    repositoryId: repository.id,
    pullId: pull.id,
    authorId: account.id,
    state: states[event],
    body,
    commitOid,
    submittedAt: timeOf(site),
  });
  tell(writing, "pull_request_review", {
    action: "submitted",
    fields: {
      // GitHub writes the state in lower case here and in upper case in REST.
      review: { ...presentReview(site, repository, review), state: review.state.toLowerCase() },
      pull_request: presentPull(site, repository, pull),
    },
  });
  return review;
}

/** What the latest judgement of each reviewer amounts to; undefined when nobody judged. */
export function reviewDecision({ store }: Site, pull: Pull): "APPROVED" | "CHANGES_REQUESTED" | undefined {
  const latest = new Map<number, ReviewState>();
  for (const review of store.reviews.list("byPull", [pull.id])) {
    if (review.state !== "COMMENTED") latest.set(review.authorId, review.state);
  }
  const judgements = [...latest.values()];
  if (judgements.includes("CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  return judgements.includes("APPROVED") ? "APPROVED" : undefined;
}

function refuseOwn({ site, account }: Writing, pull: Pull, event: ReviewEvent): void {
  if (event === "COMMENT" || issueOf(site, pull).authorId !== account.id) return;
  const verb = event === "APPROVE" ? "approve" : "request changes on";
  throw refused(`Can not ${verb} your own pull request`);
}

const refused = (reason: string) => new HttpError(422, "Unprocessable Entity", [reason]);
