import type { Handler } from "./handler.ts";
import { enqueueDeed } from "./handler.ts";

/** What belongs to a plan, or what waits for what, may have changed. */
export const subIssues: Handler = (app, enqueue) => {
  app.on(["sub_issues", "issue_dependencies"], enqueueDeed(enqueue));
};
