import type { Handler } from "./handler.ts";
import { enqueueRepository } from "./handler.ts";

/** A pull request may have become green, or red. The sender is whoever pushed, often the app: never an echo. */
export const checks: Handler = (app, enqueue) => {
  app.on(["check_run.completed", "check_suite.completed", "status"], enqueueRepository(enqueue));
};
