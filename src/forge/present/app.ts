import type { App, Installation } from "../model/app.ts";
import type { Site } from "../site.ts";
import { presentAccountById } from "./account.ts";

/** GitHub's `integration`. */
export function presentApp(site: Site, app: App): Record<string, unknown> {
  return {
    id: app.id,
    client_id: clientId(app),
    slug: app.slug,
    node_id: app.nodeId,
    owner: presentAccountById(site, app.ownerId),
    name: app.name,
    description: null,
    external_url: site.url,
    html_url: `${site.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
    permissions: app.permissions,
    events: app.events,
    installations_count: site.store.installations.count("byApp", [app.id]),
  };
}

/** The app's client id, which a JWT may name as its issuer instead of the number. */
function clientId(app: App): string {
  return `Iv23li${app.id}`;
}

/** GitHub's `installation`. */
export function presentInstallation(site: Site, installation: Installation): Record<string, unknown> {
  const account = site.store.accounts.get(installation.accountId);
  return {
    id: installation.id,
    account: presentAccountById(site, installation.accountId),
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    access_tokens_url: `${site.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${site.apiUrl}/installation/repositories`,
    html_url: `${site.url}/settings/installations/${installation.id}`,
    app_id: installation.appId,
    app_slug: site.store.apps.get(installation.appId)?.slug ?? "",
    target_id: installation.accountId,
    target_type: account?.type ?? "User",
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
