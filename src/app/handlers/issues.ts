import type { Handler } from "./handler.ts";
import { enqueueDeed } from "./handler.ts";

/** Closed, reopened, labelled, edited: a plan or a task may have changed. */
export const issues: Handler = (app, enqueue) => {
  app.on("issues", enqueueDeed(enqueue));
};
