import type { Command } from "commander";
import { numberBetween } from "../up/options.ts";

/** What every command that speaks to a repository's plans can be told. */
export interface PlaceFlags {
  readonly repo: string;
  readonly repository?: string;
  readonly data?: string;
  /** Seconds; each command has its own when absent. */
  readonly timeout?: number;
  readonly json: boolean;
}

/** The options all of them share: where the repository is, how long to wait, and how to print. `local`: GitHub is no place for it. */
export function withPlaceOptions(command: Command, { local = false }: { readonly local?: boolean } = {}): Command {
  if (local) command.option("--repo <path>", "the local git repository whose `coppice up` runs", ".");
  else {
    command
      .option("--repo <path>", "the local git repository: its running `coppice up`, else its origin on GitHub", ".")
      .option("--repository <owner/name>", "the repository on GitHub (with GITHUB_TOKEN)");
  }
  return command
    .option("--data <folder>", "the data folder `coppice up` was given, if it was given one")
    .option("--timeout <seconds>", "give up waiting after this long", numberBetween(1, 604_800))
    .option("--json", "print one line of JSON, and nothing else", false);
}
