import type { Site } from "../site.ts";
import { presentApp } from "./app.ts";

/** GitHub's `nullable-integration`: the app something was written through. */
export function presentAppById(site: Site, id: number | undefined): Record<string, unknown> | null {
  const app = id === undefined ? undefined : site.store.apps.get(id);
  return app === undefined ? null : presentApp(site, app);
}
