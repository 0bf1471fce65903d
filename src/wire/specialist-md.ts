import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { Specialist } from "../core/task/specialist.ts";
import { readYaml } from "./bounded-yaml.ts";
import { visibleText } from "./visible-text.ts";

/** A definition larger than this is not read, bytes. */
export const maxSpecialistBytes = 16 * 1024;

const limits = { name: 80, description: 500, keywords: 60, keyword: 60, instructions: 16_000, tools: 100, tool: 100 };

/**
 * A specialist as Markdown with YAML front matter, the form of `.claude/agents` and `.github/agents`. Other programs own that
 * form: what we do not know is left alone, and front matter that is no YAML is read line by line. Throws CoppiceError
 * bad-input naming `source` and what is missing.
 */
export function parseSpecialist(text: string, source: string): Specialist {
  if (Buffer.byteLength(text) > maxSpecialistBytes) fail(source, `larger than ${maxSpecialistBytes / 1024} kB`);
  const visible = visibleText(text.replace(/^\ufeff/, ""));
  const parts = /^\s*---[^\S\n]*\n([\s\S]*?)\n---[^\S\n]*(?:\n|$)([\s\S]*)$/.exec(visible);
  if (parts === null)
    return fail(source, "no front matter: begin with `---`, `name:` and `description:` lines and `---`");
  const facts = readFacts(parts[1] ?? "", source);
  const name = nameOf(facts.name ?? "") || nameOf(fileName(source));
  if (name === "") fail(source, "no name: write a `name:` of letters, digits and dashes");
  const description = describe(facts.description ?? "");
  if (description === "") fail(source, "no description: write a `description:` line that says what it is for");
  const instructions = (parts[2] ?? "").trim().slice(0, limits.instructions);
  const keywords = listOf(facts.keywords, limits.keywords, limits.keyword);
  const tools = listOf(facts.tools, limits.tools, limits.tool);
  const model = lineOf(facts.model ?? "", 100);
  return {
    name,
    description,
    keywords: keywords.length > 0 ? keywords : keywordsOf(name),
    instructions,
    ...(tools.length > 0 ? { tools } : {}),
    ...(model === "" ? {} : { model }),
    source,
  };
}

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String).optional().catch(undefined);
const words = z
  .union([z.string(), z.array(z.union([z.string(), z.number()]).transform(String))])
  .optional()
  .catch(undefined);
const frontMatter = z.object({ name: word, description: word, model: word, keywords: words, tools: words });
type Facts = z.infer<typeof frontMatter>;

function readFacts(text: string, source: string): Facts {
  try {
    return readYaml(text, { schema: frontMatter, path: source, code: "bad-input" });
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    return factsByLine(text);
  }
}

/** Descriptions with colons, quotes and examples in tags are no YAML; what stands after a name at a line's start is its value. */
function factsByLine(text: string): Facts {
  const values = new Map<string, string>();
  let at: string | undefined;
  for (const line of text.split("\n")) {
    const found = /^([a-z][\w-]{0,40}):(?:[^\S\n]+|$)(.*)$/i.exec(line);
    const key = found?.[1]?.toLowerCase();
    if (key !== undefined && !values.has(key)) {
      at = key;
      values.set(key, unquote(found?.[2] ?? ""));
    } else if (at !== undefined) values.set(at, `${values.get(at)}\n${line}`);
  }
  const [name, description, model, keywords, tools] = names.map((key) => values.get(key));
  return { name, description, model, keywords, tools };
}

const names = ["name", "description", "model", "keywords", "tools"];

function unquote(text: string): string {
  const value = text.trim();
  return /^[|>][+-]?\d?$/.test(value) ? "" : value.replace(/^(["'])(.*)\1$/, "$2");
}

/** What it is for, on one line; the examples that follow are for the program they were written for. */
function describe(text: string): string {
  const plain = text.replace(/\\[nrt]/g, " ").replace(/\\(["'])/g, "$1");
  const examples = plain.search(/<\/?(?:example|commentary|context)\b|\bexamples?\s*:/i);
  const before = examples < 0 ? "" : plain.slice(0, examples).trim();
  return lineOf((before === "" ? plain : before).replace(/<[^<>]{0,80}>/g, " "), limits.description);
}

function lineOf(text: string, limit: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function listOf(value: readonly string[] | string | undefined, limit: number, length: number): readonly string[] {
  const items = typeof value === "string" ? value.replace(/^\s*\[|\]\s*$/g, "").split(/[,\n]/) : (value ?? []);
  const clean = items
    .map((item) => lineOf(unquote(item.replace(/^\s*-\s+/, "")), length))
    .filter((item) => item !== "");
  return [...new Set(clean)].slice(0, limit);
}

function nameOf(text: string): string {
  const name = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return name.slice(0, limits.name).replace(/^-+|-+$/g, "");
}

function fileName(source: string): string {
  return (source.split("/").at(-1) ?? "").replace(/(?:\.agent)?\.md$/i, "");
}

/** Where a definition gives no keywords its name does, without the words that every such name has. */
function keywordsOf(name: string): readonly string[] {
  const parts = name.split("-").filter((part) => part.length > 1 && !common.has(part) && !/^\d+$/.test(part));
  return [...new Set(parts.length > 1 ? [parts.join(" "), ...parts] : parts)];
}

const common = new Set(
  "agent expert specialist engineer developer architect assistant helper manager analyst designer writer senior junior lead pro master the and of for code systems system general purpose ai".split(
    " ",
  ),
);

function fail(source: string, problem: string): never {
  throw new CoppiceError("bad-input", `${source}: ${problem}`);
}
