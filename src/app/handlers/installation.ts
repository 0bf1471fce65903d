import type { Handler } from "./handler.ts";

/** The app was installed, removed, or given other repositories. */
export const installation: Handler = (app, enqueue) => {
  app.on(["installation", "installation_repositories"], () => enqueue({ kind: "installations" }));
};
