import type { Handler } from "./handler.ts";
import { enqueueRepository } from "./handler.ts";

/** A pull request may have become green, or red. */
export const checks: Handler = (app, enqueue) => {
  app.on(["check_run.completed", "check_suite.completed", "status"], enqueueRepository(enqueue));
};
