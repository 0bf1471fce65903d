import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** What each part of the tree may import, beside itself and packages. The table is docs/ARCHITECTURE.md's picture as data. */
const contracts = ["src/core", "src/ports", "src/wire"];
const adapters = ["src/github", "src/git", "src/agents", "src/models", "src/sandbox"];
const services = ["src/planner", "src/reconciler", "src/runner"];
const entries = ["src/app", "src/hub", "src/worker"];
const islands = ["src/forge", "src/rehearsal"];

const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/core": [],
  "src/ports": ["src/core"],
  "src/wire": ["src/core", "src/ports"],
  ...Object.fromEntries(adapters.map((adapter) => [adapter, contracts])),
  ...Object.fromEntries(services.map((service) => [service, contracts])),
  ...Object.fromEntries(entries.map((entry) => [entry, [...contracts, ...services, ...adapters, ...entries]])),
  ...Object.fromEntries(islands.map((island) => [island, []])),
  "src/cli": [...contracts, ...services, ...adapters, ...entries, ...islands],
  worker: [...contracts, ...services, ...adapters, "src/worker"],
};

/** core is values only: it may not reach the operating system or any package either. */
const packagesAllowed: Readonly<Record<string, readonly string[]>> = { "src/core": [], "src/ports": [] };

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = ["src", "worker"].flatMap((root) => sourceFiles(root));
const imports = files.flatMap(importsOf);

describe("the layers", () => {
  it("have a row for every part of the tree", () => {
    expect([...new Set(files.map(partOf))].filter((part) => !(part in mayImport))).toEqual([]);
  });

  it("import only downward", () => {
    const violations = imports
      .filter(({ to }) => to.startsWith("src/") || to.startsWith("worker/"))
      .filter(({ from, to }) => partOf(from) !== partOf(to) && !mayImport[partOf(from)]?.includes(partOf(to)))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(violations).toEqual([]);
  });

  it("keep the values free of packages and of the operating system", () => {
    const violations = imports
      .filter(({ from, to }) => isPackage(to) && packagesAllowed[partOf(from)]?.includes(to) === false)
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(violations).toEqual([]);
  });

  it("have no cycle between files", () => {
    expect(findCycle(imports.filter(({ typeOnly, to }) => !typeOnly && !isPackage(to)))).toBeUndefined();
  });
});

describe("the doors", () => {
  it("are the only places that read the environment or parse foreign text", () => {
    const allowed =
      /^(src\/wire|src\/cli|src\/app|src\/worker|worker|src\/forge|src\/rehearsal|src\/github|src\/git|src\/models|src\/agents|src\/sandbox|src\/hub)\//;
    const offenders = files
      .filter((file) => !allowed.test(file))
      .filter((file) => /\bprocess\.env\b|\bJSON\.parse\(|\bparseDocument\(/.test(readFileSync(file, "utf8")));
    expect(offenders).toEqual([]);
  });
});

function sourceFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** `src/planner/inbox.ts` belongs to `src/planner`, `worker/main.ts` to `worker`. */
function partOf(file: string): string {
  const [root, folder] = file.split("/");
  return root === "src" ? `${root}/${folder}` : (root ?? "");
}

function isPackage(specifier: string): boolean {
  return !specifier.startsWith("src/") && !specifier.startsWith("worker/") && !specifier.startsWith(".");
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const pattern = /^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
  const dynamic = /\bimport\(\s*"([^"]+)"\s*\)/g;
  const found = [...text.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? "",
    typeOnly: match[1] !== undefined,
  }));
  const lazy = [...text.matchAll(dynamic)].map((match) => ({ specifier: match[1] ?? "", typeOnly: true }));
  return [...found, ...lazy].map(({ specifier, typeOnly }) => ({
    from: file,
    to: specifier.startsWith(".") ? relative(".", join(dirname(file), specifier)) : specifier,
    typeOnly,
  }));
}

/** The first cycle found, as the files along it. */
function findCycle(edges: readonly Import[]): string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of targets.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}
