import type { Context } from "hono";
import type { RepositoryName } from "../core/repository.ts";
import type { RepositoryPreview } from "../reconciler/preview.ts";

/** What the next look at a plan's issue, or at every plan, would do; undefined where the repository is not looked after here. */
export type PreviewPlans = (repository: RepositoryName, plan?: number) => Promise<RepositoryPreview | undefined>;

/** A dry run of the reconciler; nothing is performed. Without an issue's number it is of every plan of the repository. */
export async function previewRoute(context: Context, preview: PreviewPlans | undefined): Promise<Response> {
  const { owner = "", name = "", issue } = context.req.param();
  if (issue !== undefined && !/^[1-9]\d{0,9}$/.test(issue)) return absent(context, `no plan has the number ${issue}`);
  const plan = issue === undefined ? undefined : Number(issue);
  const found = await preview?.({ owner, name }, plan);
  if (found === undefined) return absent(context, `${owner}/${name} is not looked after here`);
  const isThere = plan === undefined || found.plans.length + found.broken.length > 0;
  return isThere ? context.json(found) : absent(context, `there is no plan #${plan} in ${owner}/${name}`);
}

function absent(context: Context, error: string): Response {
  return context.json({ error }, 404);
}
