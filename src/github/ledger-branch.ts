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

/** Makes the branch with a root commit, unless another hub does first; gives its head. */
export async function ensureLedger(scope: Scope, branch: string): Promise<Oid> {
  const name = restName(scope);
  const { client } = scope;
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
  const route = "POST /repos/{owner}/{repo}/git/refs";
  const parameters = { ...name, ref: `refs/heads/${branch}`, sha: root.sha };
  const { status, data } = await client.send({ route, parameters, accept: [422], idempotent: true });
  if (status !== 422) return parseAnswer(route, data, ref).object.sha;
  const won = await client.find(
    { route: "GET /repos/{owner}/{repo}/git/ref/{ref}", parameters: { ...name, ref: `heads/${branch}` } },
    ref,
  );
  if (won === undefined) throw new CoppiceError("forge-refused", `${route}: ${branch} can be neither made nor read`);
  return won.object.sha;
}
