import { z } from "zod";
import type { LabelChange, LabelDefinition, Labels } from "../ports/forge/labels.ts";
import { inBatches } from "./batches.ts";
import { graphqlFailure } from "./client.ts";
import type { Part } from "./documents.ts";
import { allPages } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

/** Labels, and their node ids for mutations. */
export interface LabelsWithIds extends Labels {
  /** In the order asked; a label that does not exist is made, as REST does. */
  ids(names: readonly string[]): Promise<readonly string[]>;
}

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
    for (const definition of definitions) {
      if (!isKnown(definition)) await create(scope, known, definition);
    }
  };
  // One after the other: those who come together for the same labels ask the forge once.
  let turn = Promise.resolve();
  const labels: LabelsWithIds = {
    ensure(definitions) {
      const made = turn.then(() => make(definitions));
      turn = made.catch(() => undefined);
      return made;
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

async function send({ client }: Scope, parts: readonly Part[]): Promise<void> {
  const { errors } = await client.graphql({ parts, idempotent: true, priority: "projection" });
  const [first] = errors;
  if (first !== undefined) throw graphqlFailure("changing labels", first);
}

async function learn(scope: Scope, known: Map<string, string>): Promise<void> {
  const request = { route: "GET /repos/{owner}/{repo}/labels", parameters: restName(scope) };
  for (const { name, node_id } of await allPages(scope.client, request, { item: label, maxPages: 10 })) {
    known.set(keyOf(name), node_id);
  }
}

async function create(scope: Scope, known: Map<string, string>, definition: LabelDefinition): Promise<void> {
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
