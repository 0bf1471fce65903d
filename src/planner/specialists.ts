import { readFile } from "node:fs/promises";
import { CoppiceError } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import type { Specialist } from "../core/task/specialist.ts";
import type { Code } from "../ports/code.ts";
import type { Log } from "../ports/log.ts";
import { maxSpecialistBytes, parseSpecialist } from "../wire/specialist-md.ts";

/** What is read of a repository to know its specialists. */
export type SpecialistCode = Pick<Code, "refresh" | "list" | "read">;

/** The more particular first: the first of equals is taken. */
const builtInNames = [
  "test-engineer",
  "docs-writer",
  "code-reviewer",
  "llm-architect",
  "ml-systems-architect",
  "data-pipeline-engineer",
  "data-science-analyst",
  "data-architect-governance",
  "frontend-ui-engineer",
  "aws-cloud-architect",
  "specifications-engineer",
  "backend-systems-engineer",
];

/** Where repositories define theirs; of one name in both the first counts. */
const folders = [".claude/agents", ".github/agents"];

/** Definitions read from a repository. */
const maxFiles = 64;

/** The built-in specialists and those of the default branch, theirs first and instead of ours of the same name; read once a commit. */
export async function loadSpecialists(code: SpecialistCode, log?: Pick<Log, "warn">): Promise<readonly Specialist[]> {
  const commit = await code.refresh();
  if (commit === undefined) return await builtInSpecialists();
  const known = read.get(code);
  if (known?.commit === commit) return await known.specialists;
  const specialists = join(code, commit, log);
  read.set(code, { commit, specialists });
  try {
    return await specialists;
  } catch (error) {
    if (read.get(code)?.specialists === specialists) read.delete(code);
    throw error;
  }
}

/** The set that is always there, the more particular first. */
export function builtInSpecialists(): Promise<readonly Specialist[]> {
  builtIn ??= Promise.all(builtInNames.map(readBuiltIn));
  return builtIn;
}

/** Names as a line for a refusal. */
export function specialistNames(specialists: readonly Specialist[]): string {
  return specialists.map(({ name }) => name).join(", ");
}

interface Known {
  readonly commit: Oid;
  readonly specialists: Promise<readonly Specialist[]>;
}

const read = new WeakMap<SpecialistCode, Known>();
let builtIn: Promise<readonly Specialist[]> | undefined;

async function readBuiltIn(name: string): Promise<Specialist> {
  const text = await readFile(new URL(`./specialists/${name}.md`, import.meta.url), "utf8");
  return { ...parseSpecialist(text, `${name}.md`), source: "built-in" };
}

async function join(
  code: SpecialistCode,
  commit: Oid,
  log: Pick<Log, "warn"> | undefined,
): Promise<readonly Specialist[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    const names = (await code.list(commit, folder, maxFiles * 4)) ?? [];
    paths.push(...names.filter((name) => /\.md$/i.test(name)).map((name) => `${folder}/${name}`));
  }
  if (paths.length > maxFiles) {
    log?.warn({ commit, files: paths.length }, `Only ${maxFiles} definitions of specialists are read`);
  }
  const found: Specialist[] = [];
  for (const path of paths.slice(0, maxFiles)) {
    const text = await code.read(commit, path, maxSpecialistBytes + 1);
    const specialist = text === undefined ? undefined : understand(text, path, log);
    if (specialist !== undefined && !found.some(({ name }) => name === specialist.name)) found.push(specialist);
  }
  const theirs = new Set(found.map(({ name }) => name));
  return [...found, ...(await builtInSpecialists()).filter(({ name }) => !theirs.has(name))];
}

/** Other programs own these files: one that is not for us is passed over, never fatal. */
function understand(text: string, path: string, log: Pick<Log, "warn"> | undefined): Specialist | undefined {
  try {
    return parseSpecialist(text, path);
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    log?.warn({ path }, `No specialist: ${error.message}`);
    return undefined;
  }
}
