import { posix } from "node:path";
import type { ChangedFile } from "../ports/workspaces.ts";
import { foldedParts } from "./policy.ts";

/** Most lines of a run's record; what is beyond is counted. */
const linesTold = 20;

interface Rule {
  readonly name: string;
  /** Why a person must look at it. */
  readonly why: string;
  /** Folders and name, normalised and folded as the policy's are. */
  readonly applies: (parts: readonly string[], name: string) => boolean;
}

/** Files that run, or tell something what to run, where no reader of a test's result would look. */
const rules: readonly Rule[] = [
  {
    name: "agent instructions",
    why: "tells agents what to do",
    applies: (parts, name) => agentFiles.test(name) || parts.slice(0, -1).some((part) => agentFolders.test(part)),
  },
  {
    name: "dot-directories",
    why: "lies in a folder that tools take settings from",
    applies: ([first = "", ...rest]) => first.startsWith(".") && rest.length > 0,
  },
  {
    name: "manifests",
    why: "says what is installed and which scripts run",
    applies: (_, name) => manifests.test(name) || packageSettings.test(name),
  },
  { name: "lockfiles", why: "says what is installed", applies: (_, name) => lockfiles.test(name) },
  { name: "builds", why: "says what a build or a check runs", applies: (_, name) => builds.test(name) },
  { name: "continuous integration", why: "says what a service runs", applies: (_, name) => services.test(name) },
];

const agentFiles =
  /^(agents?(\.override)?\.md|claude(\.local)?\.md|gemini\.md|copilot-instructions\.md|\.(cursor|windsurf|cline)rules|\.goosehints|\.mcp\.json|\.aider\.conf\.ya?ml)$/;
const agentFolders = /^\.(agents|claude|codex|cursor|gemini|windsurf|clinerules)$/;
const manifests =
  /^(package\.(json|json5|ya?ml|swift)|deno\.jsonc?|pyproject\.toml|setup\.(py|cfg)|requirements.*\.(txt|in)|pipfile|environment\.ya?ml|cargo\.toml|build\.rs|go\.(mod|work)|gemfile|gems\.rb|.*\.gemspec|composer\.json|pom\.xml|(build|settings)\.gradle(\.kts)?|build\.sbt|.*\.(cs|fs|vb)proj|directory\.(build|packages)\.(props|targets)|mix\.exs|pubspec\.yaml|flake\.nix)$/;
const packageSettings =
  /^(\.npmrc|\.yarnrc(\.ya?ml)?|\.pnpmfile\.[cm]?js|pnpm-workspace\.yaml|bunfig\.toml|uv\.toml|pip\.conf|nuget\.config)$/;
const lockfiles =
  /(\.lockb?|\.lockfile|-lock\.(json|ya?ml)|\.lock\.(json|hcl))$|^(npm-shrinkwrap\.json|go(\.work)?\.sum|package\.resolved)$/;
const builds =
  /^((gnu)?makefile|.*\.mk|\.?justfile|rakefile|taskfile\.ya?ml|cmakelists\.txt|tox\.ini|noxfile\.py|build\.xml|(grunt|gulp)file\.[cm]?[jt]s|\.pre-commit-config\.ya?ml|\.?lefthook\.ya?ml|\.envrc)$/;
const services =
  /^(\.?(gitlab-ci|travis|appveyor|drone|cirrus|woodpecker)\.ya?ml|jenkinsfile|(azure|bitbucket)-pipelines\.ya?ml|cloudbuild\.(ya?ml|json)|buildspec\.ya?ml|codemagic\.yaml)$/;

/**
 * Why a person must look at this diff before it is merged, one line for each file of that kind; nothing to say: none.
 * `lines` are the shell lines that check it: a file they name decides what a check is.
 */
export function attentionTo(files: readonly ChangedFile[], lines: readonly string[]): readonly string[] {
  const named = namedFiles(lines);
  const found = files.flatMap((file) => {
    const parts = foldedParts(file.path);
    const rule = rules.find(({ applies }) => applies(parts, parts.at(-1) ?? ""));
    const why = rule?.why ?? (named.has(parts.join("/")) ? "is what the change is checked with" : undefined);
    return why === undefined ? [] : [`${quote(file.path)} (${file.change}): ${why}`];
  });
  if (found.length <= linesTold) return found;
  return [...found.slice(0, linesTold), `${found.length - linesTold} more files of such kinds`];
}

/** At most 300 characters, however odd the name: a line of a run's record has 500. */
function quote(path: string): string {
  return JSON.stringify(path.slice(0, 200)).slice(0, 300);
}

/** Whatever in a shell line could be a file's path, from the top or from a folder the lines change to. */
function namedFiles(lines: readonly string[]): ReadonlySet<string> {
  const words = lines.map((line) => line.split(/[\s;&|()<>"'`=]+/).filter(Boolean));
  const folders = words.flatMap((line) => line.filter((_, index) => line[index - 1] === "cd"));
  const paths = words.flat().flatMap((word) => ["", ...folders].map((folder) => posix.join(folder, word)));
  return new Set(paths.map((path) => foldedParts(path).join("/")));
}
