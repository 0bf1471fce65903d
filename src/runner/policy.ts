import type { ChangedFile, DiffLimits } from "../ports/workspaces.ts";
import { findSecret } from "./secrets.ts";

/** What a task may change at most. */
export const diffLimits: DiffLimits = { files: 100, bytes: 4 * 1024 * 1024 };

interface Rule {
  readonly name: string;
  /** Why this file may not be published; undefined when the rule has nothing against it. */
  readonly refuses: (file: JudgedFile) => string | undefined;
}

interface JudgedFile extends ChangedFile {
  /** Folders and name, normalised (NFC) and folded to lower case, as case-insensitive systems compare them. */
  readonly parts: readonly string[];
}

const rules: readonly Rule[] = [
  {
    name: "git folder",
    refuses: ({ parts }) => (parts.some(isGitName) ? "lies in what some system takes for a .git folder" : undefined),
  },
  {
    name: "coppice",
    refuses: ({ parts }) => (parts[0] === ".coppice" ? "is Coppice's own folder" : undefined),
  },
  {
    name: "github",
    refuses: ({ parts }) => (parts[0] === ".github" ? "workflows and settings are changed by people" : undefined),
  },
  {
    name: "code owners",
    refuses: ({ parts }) => (parts.at(-1) === "codeowners" ? "who owns code is decided by people" : undefined),
  },
  {
    name: "submodules",
    refuses: ({ parts, oldMode, newMode }) =>
      oldMode === "160000" || newMode === "160000" || parts.at(-1) === ".gitmodules"
        ? "submodules are changed by people"
        : undefined,
  },
  {
    name: "links",
    refuses: (file) => (file.newMode === "120000" && leaves(file) ? "is a link that leaves the repository" : undefined),
  },
];

/** Why this diff may not be published, one line; undefined when it may. `secrets` are values that must be nowhere. */
export function judgeDiff(files: readonly ChangedFile[], secrets: readonly string[]): string | undefined {
  if (files.length > diffLimits.files) return `${files.length} files changed; at most ${diffLimits.files} may`;
  const bytes = files.reduce((sum, file) => sum + (file.content?.length ?? 0), 0);
  if (bytes > diffLimits.bytes) return `${bytes} bytes changed; at most ${diffLimits.bytes} may`;
  for (const file of files) {
    const why = judgeFile(file, secrets);
    if (why) return `${JSON.stringify(file.path.slice(0, 200))}: ${why}`;
  }
  return undefined;
}

function judgeFile(file: ChangedFile, secrets: readonly string[]): string | undefined {
  const judged = { ...file, parts: foldedParts(file.path) };
  for (const rule of rules) {
    const why = rule.refuses(judged);
    if (why) return why;
  }
  const found = findSecret(file.path, secrets) ?? (file.content && findSecret(latin1(file.content), secrets));
  return found && `holds ${found}`;
}

/** Folders and name, normalised (NFC) and folded to lower case. */
export function foldedParts(path: string): readonly string[] {
  return path.normalize("NFC").toLowerCase().split("/");
}

/** Names that Windows or macOS take for `.git`: trailing dots and spaces, streams, short names, ignorable characters. */
function isGitName(part: string): boolean {
  const plain = part
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .replace(/:.*$/, "")
    .replace(/[. ]+$/, "");
  return plain === ".git" || /^git~\d+$/.test(plain);
}

/** A target must be relative and climb no higher than the root; `..` only at its beginning, where links cannot bend it. */
function leaves(file: JudgedFile): boolean {
  const target = latin1(file.content ?? new Uint8Array());
  if (target === "" || target.startsWith("/") || target.includes("\\") || target.includes("\0")) return true;
  const steps = target.split("/");
  const climbs = steps.findIndex((step) => step !== "..");
  const rest = climbs < 0 ? [] : steps.slice(climbs);
  if (rest.includes("..") || rest.some((step) => isGitName(step.toLowerCase()))) return true;
  return (climbs < 0 ? steps.length : climbs) > file.parts.length - 1;
}

/** Bytes as characters, one to one: secrets are ASCII whatever the file's encoding. */
function latin1(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
}
