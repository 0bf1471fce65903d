import type { Handler } from "./handler.ts";

/** Renamed, archived, transferred, deleted, another default branch: which repositories there are is read again. */
export const repository: Handler = (app, enqueue) => {
  app.on("repository", () => enqueue({ kind: "installations" }));
};
