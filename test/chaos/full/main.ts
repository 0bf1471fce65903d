import { spawn } from "node:child_process";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Row } from "../rows.ts";
import { rows } from "../rows.ts";
import { formatDocument } from "./document.ts";
import type { Result } from "./results.ts";
import { readReport, readResults, replaced, writeResults } from "./results.ts";

/** What passed is kept here between runs: git ignores the folder. */
const stateFile = ".coppice-data/chaos/results.json";
const reportFile = ".coppice-data/chaos/report.jsonl";
const documentFile = "docs/reliability.md";

const options = {
  row: { type: "string", multiple: true },
  seed: { type: "string", default: "1" },
  /** Fewer than all, to repeat a failure: does not count as passed. */
  count: { type: "string" },
  fresh: { type: "boolean", default: false },
} as const;

interface Choices {
  readonly rows: readonly Row[];
  readonly seed: number;
  readonly count: string | undefined;
  readonly fresh: boolean;
}

process.exitCode = await main(choose());

/** Row after row, those that passed with this seed left out; gives the exit code. */
async function main(choices: Choices): Promise<number> {
  const failed: number[] = [];
  for (const row of choices.rows) {
    const known = await readResults(stateFile);
    if (!choices.fresh && hasPassed(row, choices, known)) {
      say(`Row ${row.row} has passed with seed ${choices.seed} (--fresh runs it again)`);
      continue;
    }
    say(`Row ${row.row}: ${row.promise}`);
    const passed = await run(row, choices);
    if (passed === undefined) failed.push(row.row);
    else if (choices.count === undefined) await writeResults(stateFile, replaced(known, passed));
  }
  await writeFile(documentFile, formatDocument(rows, await readResults(stateFile)));
  say(failed.length === 0 ? `Passed; see ${documentFile}` : `Failed: row ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

function choose(): Choices {
  const { values } = parseArgs({ options });
  const wanted = values.row?.flatMap((list) => list.split(",")).map(Number);
  const unknown = wanted?.filter((number) => !rows.some(({ row }) => row === number)) ?? [];
  if (unknown.length > 0) {
    say(`There is no row ${unknown.join(", ")}; there are ${rows.map(({ row }) => row).join(", ")}`);
    process.exit(2);
  }
  const chosen = rows.filter(({ row }) => wanted === undefined || wanted.includes(row));
  return { rows: chosen, seed: Number(values.seed), count: values.count, fresh: values.fresh };
}

function hasPassed({ row, parts }: Row, { seed, count }: Choices, known: readonly Result[]): boolean {
  if (count !== undefined) return false;
  return parts.every((part) =>
    known.some((one) => one.row === row && one.part === part.name && one.seed === seed && one.count === part.full),
  );
}

/** The row's parts as they passed; undefined when one did not. */
async function run({ row, parts }: Row, { seed, count }: Choices): Promise<readonly Result[] | undefined> {
  await writeResults(stateFile, await readResults(stateFile));
  await rm(reportFile, { force: true });
  const code = await vitest(await filesOf(row), {
    COPPICE_CHAOS: "full",
    COPPICE_CHAOS_SEED: String(seed),
    COPPICE_CHAOS_REPORT: reportFile,
    ...(count === undefined ? {} : { COPPICE_CHAOS_COUNT: count }),
  });
  const passed = await readReport(reportFile);
  return code === 0 && passed.length === parts.length ? passed : undefined;
}

/** Files begin with the number of their row. */
async function filesOf(row: number): Promise<readonly string[]> {
  const folder = "test/chaos/rows";
  const names = await readdir(folder, { recursive: true });
  const own = names.filter((name) => new RegExp(`/0*${row}-[^/]*\\.test\\.ts$`).test(name));
  return own.map((name) => join(folder, name));
}

function vitest(files: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const words = ["run", "--project", "chaos", "--reporter", "verbose", ...files];
  const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", ...words], {
    env: { ...process.env, ...environment },
    stdio: "inherit",
  });
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
