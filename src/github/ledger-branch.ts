import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import { parseAnswer } from "./client.ts";
import { rootMessage } from "./ledger-message.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

const readme = `# The ledger of Coppice

This branch holds the plans of this repository's issues, their history, and the results of their tasks. It shares no
history with the code. Coppice writes it, one signed commit per change; please read it, and do not push to it.
`;

const object = z.object({ sha: z.string() });
const ref = z.object({ object });

/** The branch's head after it was made; `own` when nobody else was first. */
export interface EnsuredLedger {
  readonly oid: Oid;
  readonly own: boolean;
}

/**
 * Makes the branch, unless another hub does first: again at the head this process knew, whose commits outlive a deleted
 * branch for weeks, or else with a root commit.
 */
export async function ensureLedger(scope: Scope, branch: string, known?: Oid): Promise<EnsuredLedger> {
  const restored = known === undefined ? undefined : await putBranch(scope, branch, known);
  const made = restored ?? (await putBranch(scope, branch, await commitRoot(scope)));
  if (made === undefined) throw new CoppiceError("forge-refused", `${branch} can be neither made nor read`);
  return made;
}

async function commitRoot(scope: Scope): Promise<Oid> {
  const { client } = scope;
  const name = restName(scope);
  const tree = await client.rest(
    {
      route: "POST /repos/{owner}/{repo}/git/trees",
      parameters: { ...name, tree: [{ path: "README.md", mode: "100644", type: "blob", content: readme }] },
      idempotent: true,
    },
    object,
  );
  const root = await client.rest(
    {
      route: "POST /repos/{owner}/{repo}/git/commits",
      parameters: { ...name, message: rootMessage, tree: tree.sha, parents: [] },
      idempotent: true,
    },
    object,
  );
  return root.sha;
}

/** 422: another hub made it, or the commit is gone. Undefined when the branch is still not there. */
async function putBranch(scope: Scope, branch: string, sha: Oid): Promise<EnsuredLedger | undefined> {
  const route = "POST /repos/{owner}/{repo}/git/refs";
  const parameters = { ...restName(scope), ref: `refs/heads/${branch}`, sha };
  const { status, data } = await scope.client.send({ route, parameters, accept: [422], idempotent: true });
  if (status !== 422) return { oid: parseAnswer(route, data, ref).object.sha, own: true };
  const won = await scope.client.find(
    { route: "GET /repos/{owner}/{repo}/git/ref/{ref}", parameters: { ...restName(scope), ref: `heads/${branch}` } },
    ref,
  );
  return won === undefined ? undefined : { oid: won.object.sha, own: false };
}
