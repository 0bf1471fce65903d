import { z } from "zod";
import type { LabelChange, LabelDefinition, Labels } from "../ports/forge/labels.ts";
import { inBatches } from "./batches.ts";
import { graphqlFailure } from "./client.ts";
import type { Part } from "./documents.ts";
import { allPages } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";
import { writeOrNothing } from "./write-or-nothing.ts";

/** Labels, and their node ids for mutations. */
export interface LabelsWithIds extends Labels {
  /** In the order asked; a label that does not exist is made, as REST does. */
  ids(names: readonly string[]): Promise<readonly string[]>;
  /** Which labels there are is known. */
  isListed(): boolean;
  /** What somebody else has read of them. */
  learn(page: z.infer<typeof listedLabels>["labels"]): void;
}

/** A page of labels as GraphQL gives it. */
export const listedLabels = z.object({
  labels: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean() }),
    nodes: z.array(z.object({ id: z.string(), name: z.string() }).nullable()),
  }),
});

const label = z.object({ name: z.string(), node_id: z.string() });
/** GitHub's colour for a label that came into being by being used. */
const plain = { color: "ededed", description: "" };

/** Labels of one repository; what was seen or made once is remembered until a change fails. */
export function openLabels(scope: Scope): LabelsWithIds {
  const known = new Map<string, string>();
  // One list is enough: a label that came later is found when it cannot be made.
  let isListed = false;
  const isKnown = ({ name }: LabelDefinition) => known.has(keyOf(name));
  const make = async (definitions: readonly LabelDefinition[]) => {
    if (definitions.every(isKnown)) return;
    if (!isListed) await learn(scope, known);
    isListed = true;
    const missing = definitions.filter((definition) => !isKnown(definition));
    await inBatches(missing, async (batch) => {
      await Promise.all(batch.map((definition) => create(scope, known, definition)));
    });
  };
  // One after the other: those who come together for the same labels ask the forge once.
  let turn = Promise.resolve();
  const labels: LabelsWithIds = {
    ensure(definitions) {
      const made = turn.then(() => make(definitions));
      turn = made.catch(() => undefined);
      return made;
    },
    isListed: () => isListed,
    learn({ pageInfo, nodes }) {
      for (const row of nodes) if (row !== null) known.set(keyOf(row.name), row.id);
      isListed ||= !pageInfo.hasNextPage;
    },
    async ids(names) {
      await labels.ensure(names.map((name) => ({ name, ...plain })));
      return names.flatMap((name) => known.get(keyOf(name)) ?? []);
    },
    async change(changes) {
      const names = changes.flatMap(({ add, remove }) => [...add, ...remove]);
      if (names.length === 0) return;
      await labels.ids(names);
      const parts = changes.flatMap((change) => partsOf(change, (name) => known.get(keyOf(name))));
      try {
        await inBatches(parts, (batch) => send(scope, batch));
      } catch (error) {
        // A label may have been deleted since: look afresh next time.
        known.clear();
        isListed = false;
        throw error;
      }
    },
  };
  return labels;
}

/** GitHub compares label names without case. */
function keyOf(name: string): string {
  return name.toLowerCase();
}

function partsOf({ issue, add, remove }: LabelChange, idOf: (name: string) => string | undefined): Part[] {
  const input = (names: readonly string[]) => ({
    input: { labelableId: issue.nodeId, labelIds: names.flatMap((name) => idOf(name) ?? []) },
  });
  // Added before removed: an issue is never seen without a state.
  return [
    ...(add.length === 0 ? [] : [{ document: "add-labels" as const, variables: input(add) }]),
    ...(remove.length === 0 ? [] : [{ document: "remove-labels" as const, variables: input(remove) }]),
  ];
}

async function send({ writes }: Scope, parts: readonly Part[]): Promise<void> {
  const send = (part: Part) => writes.perform({ part, idempotent: true, priority: "projection" });
  for (const written of await Promise.all(parts.map(send))) {
    if (written.kind === "refused") throw graphqlFailure("changing labels", written.error);
  }
}

async function learn(scope: Scope, known: Map<string, string>): Promise<void> {
  const request = { route: "GET /repos/{owner}/{repo}/labels", parameters: restName(scope) };
  for (const { name, node_id } of await allPages(scope.client, request, { item: label, maxPages: 10 })) {
    known.set(keyOf(name), node_id);
  }
}

const created = z.object({ label: z.object({ id: z.string() }) });

/** With other writes; where GraphQL would not, by REST, which tells a label that is there from one that cannot be made. */
async function create(scope: Scope, known: Map<string, string>, definition: LabelDefinition): Promise<void> {
  const { name, color, description } = definition;
  const input = { repositoryId: scope.nodeId, name, color, description };
  const written = await writeOrNothing(scope, { part: { document: "create-label", variables: { input } } });
  const made = created.safeParse(written?.data);
  if (made.success) known.set(keyOf(name), made.data.label.id);
  else await createByRest(scope, known, definition);
}

async function createByRest(scope: Scope, known: Map<string, string>, definition: LabelDefinition): Promise<void> {
  const { name, color, description } = definition;
  const parameters = { ...restName(scope), name, color, description };
  // 422: somebody else made it first, or it lies beyond the pages we read.
  const route = "POST /repos/{owner}/{repo}/labels";
  const { status, data } = await scope.client.send({ route, parameters, accept: [422], idempotent: true });
  const found =
    status === 422
      ? await scope.client.rest(
          { route: "GET /repos/{owner}/{repo}/labels/{name}", parameters: { ...restName(scope), name } },
          label,
        )
      : label.parse(data);
  known.set(keyOf(name), found.node_id);
}
