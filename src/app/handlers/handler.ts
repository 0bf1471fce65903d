import type { Probot } from "probot";
import type { Enqueue } from "../work.ts";
import { repositoryOf, senderOf } from "./repository-of.ts";
import { subjectsOf } from "./subjects.ts";

/** Registers for one event; all it may do with it is to say what to look at again. */
export type Handler = (app: Pick<Probot, "on">, enqueue: Enqueue) => void;

/** For events after which the plans are looked at again that it is about. */
export function enqueueRepository(enqueue: Enqueue): (event: { payload: unknown }) => void {
  return ({ payload }) => {
    const repository = repositoryOf(payload);
    if (repository !== undefined) enqueue({ kind: "repository", repository, of: subjectsOf(payload) });
  };
}

/** The same where the sender is who did it: what the app did itself it knows already. */
export function enqueueDeed(enqueue: Enqueue): (event: { payload: unknown }) => void {
  return ({ payload }) => {
    const repository = repositoryOf(payload);
    if (repository !== undefined) {
      enqueue({ kind: "repository", repository, by: senderOf(payload)?.login, of: subjectsOf(payload) });
    }
  };
}
