import type { Handler } from "./handler.ts";
import { enqueueDeed } from "./handler.ts";

/** Opened, pushed to, reviewed, merged, closed. */
export const pullRequest: Handler = (app, enqueue) => {
  app.on(["pull_request", "pull_request_review"], enqueueDeed(enqueue));
};
