/** Settings of every git call: no hooks, no helpers, no background work, nothing a repository's files could switch on. */
const settings: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  // What refs an alternate has may be broken, and is of no use: nothing is asked for them.
  "core.alternateRefsCommand": "true",
  "core.untrackedCache": "false",
  // Names that are .git in disguise on other systems are judged by the diff's policy, which can say why.
  "core.protectHFS": "false",
  "core.protectNTFS": "false",
  "credential.helper": "",
  "diff.ignoreSubmodules": "all",
  "gc.auto": "0",
  "maintenance.auto": "false",
  // A redirect would hand the token to another host.
  "http.followRedirects": "false",
  // Nobody is left to end a git whose worker was killed: one that hears nothing for five minutes ends itself.
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "300",
  "protocol.allow": "never",
  "push.recurseSubmodules": "no",
  "fetch.recurseSubmodules": "no",
  "submodule.recurse": "false",
};

/** Where a call looks: our own git directory, and never one an agent could have written. */
export interface GitPlace {
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
}

export interface GitEnvironment {
  /** An empty folder. */
  readonly home: string;
  /** The script git asks for credentials. */
  readonly askpass: string;
  /** `https`, `http`, `file`. */
  readonly protocols: readonly string[];
}

/** The whole environment of a git process; only PATH comes from ours. The token is read by the askpass script. */
export function gitEnvironment(base: GitEnvironment, place: GitPlace, token?: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: base.home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: base.askpass,
    GIT_ALLOW_PROTOCOL: base.protocols.join(":"),
    ...configuration(),
    ...(place.gitDir ? { GIT_DIR: place.gitDir } : {}),
    ...(place.workTree ? { GIT_WORK_TREE: place.workTree } : {}),
    ...(place.indexFile ? { GIT_INDEX_FILE: place.indexFile } : {}),
    ...(token ? { COPPICE_GIT_TOKEN: token } : {}),
  };
}

function configuration(): Record<string, string> {
  const entries = Object.entries(settings);
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [index, [key, value]] of entries.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}
