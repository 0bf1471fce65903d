import { createLabel } from "../../domain/labels.ts";
import type { Resolvers } from "../context.ts";
import { repositoryByNode } from "../inputs.ts";
import { ofLabel } from "../source.ts";
import { echo, type Input } from "./input.ts";
import { toSpeak, write } from "./write.ts";

interface NewLabel {
  readonly repositoryId: string;
  readonly name: string;
  readonly color: string;
  readonly description?: string | null;
}

/** Mutations of a repository's labels. */
export const labelMutations: Resolvers<undefined> = {
  createLabel: (_, { input }: Input<NewLabel>, context) => {
    const repository = repositoryByNode(context, input.repositoryId);
    const { name, color, description = null } = input;
    const label = write(context, repository, { ...toSpeak(), role: "write" }, (writing) =>
      createLabel(writing, { name, color, description }),
    );
    return { ...echo(input), label: ofLabel(label) };
  },
};
