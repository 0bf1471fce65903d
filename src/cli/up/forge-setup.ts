import { CoppiceError } from "../../core/errors.ts";
import type { Forge, ForgeOptions } from "../../forge/index.ts";
import { startForge } from "../../forge/index.ts";
import type { DataFolder } from "./data-folder.ts";
import type { LocalRepository } from "./preflight.ts";

/** Who owns the imported repository on the embedded forge, and whose token `up` prints. */
export const adminLogin = "local";

const appSlug = "coppice";

export interface ReadyForge {
  readonly forge: Forge;
  /** The admin's token, the same after a restart. */
  readonly token: string;
  readonly app: { readonly id: number; readonly privateKey: string };
  /** From now on webhooks go there. */
  tell(webhookUrl: string): void;
}

/** Starts the forge over its folder and makes sure of everything `up` needs on it; a restart finds it all there. */
export async function readyForge(options: {
  port: number;
  data: DataFolder;
  repository: LocalRepository;
  also: ForgeOptions["also"];
}): Promise<ReadyForge> {
  const { data, repository, port, also } = options;
  const forge = await startForge({ data: `${data.path}/forge`, port, also }).catch((cause) => {
    throw new CoppiceError("bad-input", `${messageOf(cause)}; choose another with --port, or 0 for any`, { cause });
  });
  const { admin } = forge;
  admin.ensureUser({ login: adminLogin, siteAdmin: true });
  const token = data.secrets.adminToken ?? admin.createToken(adminLogin);
  if (data.secrets.adminToken === undefined) await data.keep({ ...data.secrets, adminToken: token });
  await admin.importRepository({
    owner: adminLogin,
    name: repository.name,
    from: repository.folder,
    branch: repository.branch,
  });
  const app = await admin.ensureApp(registration);
  admin.install(appSlug, adminLogin, "all");
  const webhook = (url: string) => ({ url, secret: data.secrets.webhookSecret });
  return { forge, token, app, tell: (url) => admin.updateAppWebhook(appSlug, webhook(url)) };
}

/** What app.yml asks for on GitHub. */
const permissions = {
  contents: "write",
  issues: "write",
  pull_requests: "write",
  checks: "write",
  metadata: "read",
  statuses: "read",
} as const;

const events = [
  "check_run",
  "check_suite",
  "issue_comment",
  "issue_dependencies",
  "issues",
  "pull_request",
  "pull_request_review",
  "push",
  "status",
  "sub_issues",
];

/** The app as it is registered on a forge of one's own. */
export const registration = { slug: appSlug, name: "Coppice", permissions, events, owner: adminLogin };

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
