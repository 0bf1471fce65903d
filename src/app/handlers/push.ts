import { z } from "zod";
import type { Handler } from "./handler.ts";
import { repositoryOf, senderOf } from "./repository-of.ts";

const pushed = z.object({ ref: z.string().startsWith("refs/heads/"), after: z.string() });

/** The default branch, its configuration, the ledger or a work branch moved. */
export const push: Handler = (app, enqueue) => {
  app.on("push", ({ payload }) => {
    const repository = repositoryOf(payload);
    const { success, data } = pushed.safeParse(payload);
    if (repository === undefined || !success) return;
    const branch = data.ref.slice("refs/heads/".length);
    enqueue({ kind: "push", repository, branch, head: data.after, by: senderOf(payload)?.login });
  });
};
