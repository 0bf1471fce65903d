import type { Handler } from "./handler.ts";
import { enqueueRepository } from "./handler.ts";

/** The default branch, its configuration, the ledger or a work branch moved. */
export const push: Handler = (app, enqueue) => {
  app.on("push", enqueueRepository(enqueue));
};
