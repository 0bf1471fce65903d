import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { expectValidWebhook } from "../support/openapi.ts";
import { cloneUrl, commit, eventually, git, type World } from "./support.ts";

/** A repository of the forge with a clone of it, to make branches in. */
export interface Workshop {
  readonly repo: { readonly owner: string; readonly repo: string };
  readonly clone: string;
  /** Pushes a branch with one commit of these files, made from `from`; answers the commit. */
  branch(name: string, files: Record<string, string>, options?: { from?: string; message?: string }): Promise<string>;
  /** One more commit on a pushed branch. */
  extend(name: string, files: Record<string, string>, message?: string): Promise<string>;
  git(...args: string[]): Promise<string>;
}

/** Makes `ada/<name>` with one commit on `main`, and clones it. */
export async function workshop(world: World, name: string): Promise<Workshop> {
  await world.forge.admin.createRepository({ owner: "ada", name });
  const clone = await mkdtemp(join(world.data, "clone-"));
  const run = (...args: string[]) => git(clone, ...args);
  await run("init", "--quiet", "--initial-branch=main");
  await run("remote", "add", "origin", cloneUrl(world.forge, `ada/${name}`, world.token));
  await commit(clone, { "README.md": "# Sample\n", "list.txt": "one\ntwo\nthree\n" }, "First");
  await run("push", "--quiet", "origin", "main");
  const extend = async (branch: string, files: Record<string, string>, message = `Change ${branch}`) => {
    const oid = await commit(clone, files, message);
    await run("push", "--quiet", "origin", branch);
    return oid;
  };
  return {
    repo: { owner: "ada", repo: name },
    clone,
    git: run,
    extend,
    branch: async (branch, files, { from = "main", message } = {}) => {
      await run("checkout", "--quiet", "-B", branch, from);
      return extend(branch, files, message);
    },
  };
}

export interface Told {
  readonly repo: string;
  /** Number of the issue or pull request; undefined for events that are about neither. */
  readonly number?: number;
  readonly events: readonly string[];
  /** How many deliveries to wait for. */
  readonly expected: number;
}

/** What was delivered about one thread, as `event action` in order; each checked to be as GitHub would send it. */
export async function deliveries(world: World, { repo, number, events, expected }: Told): Promise<string[]> {
  const about = () =>
    world.receiver.received.filter(({ event, payload }) => {
      const { repository, issue, pull_request } = subjects.parse(payload);
      const told = issue?.number ?? pull_request?.number;
      return events.includes(event) && repository.name === repo && (number === undefined || told === number);
    });
  await eventually(() => about().length >= expected);
  for (const { event, payload, text } of about()) expectValidWebhook(event, String(payload.action), described(text));
  return about().map(({ event, payload }) => `${event} ${payload.action}`);
}

const numbered = z.object({ number: z.number() }).optional();
const subjects = z.object({ repository: z.object({ name: z.string() }), issue: numbered, pull_request: numbered });

// GitHub's description does not list its own newer events among those an app can ask for.
function described(text: string): unknown {
  const newer = ["sub_issues", "issue_dependencies"];
  return JSON.parse(text, (key, value) =>
    key === "events" && Array.isArray(value) ? value.filter((event) => !newer.includes(event)) : value,
  );
}
