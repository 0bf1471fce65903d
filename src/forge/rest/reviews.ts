import { z } from "zod";
import { submitReview } from "../domain/reviews.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { page } from "../http/pagination.ts";
import { ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { reviewEvents } from "../model/review.ts";
import { presentReview } from "../present/review.ts";
import { pullFor } from "./thread.ts";

/** Reviews of pull requests, submitted at once: there are no pending ones and no comments on lines. */
export const reviewRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", list),
  route("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", create, { creates: true }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", (call) => {
    pullFor(call, { access: "read" });
    return page(call, [], () => undefined);
  }),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", (call) => {
    pullFor(call, { access: "read" });
    return ok({ users: [], teams: [] });
  }),
];

function list(call: Call): Reply {
  const { repository, pull } = pullFor(call, { access: "read" });
  const reviews = call.site.store.reviews.list("byPull", [pull.id]);
  return page(call, reviews, (review) => presentReview(call.site, repository, review));
}

const newReview = z.object({
  event: z.enum(reviewEvents),
  body: z.string().nullish(),
  commit_id: z.string().nullish(),
});

async function create(call: Call): Promise<Reply> {
  const { repository, pull } = pullFor(call, { access: "write", role: "read" });
  const { event, body, commit_id: commitOid } = await parseBody(call, newReview);
  const writing = writingIn(call.site, call.actor, repository);
  const review = call.site.store.transaction(() =>
    submitReview(writing, pull, { event, body: body ?? undefined, commitOid: commitOid ?? undefined }),
  );
  return ok(presentReview(call.site, repository, review));
}
