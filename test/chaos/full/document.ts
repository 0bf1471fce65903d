import type { Part, Row } from "../rows.ts";
import type { Result } from "./results.ts";

/** docs/reliability.md: every promise, and what was observed when it was put to the test; what was not run says so. */
export function formatDocument(rows: readonly Row[], results: readonly Result[]): string {
  const lines = rows.flatMap((row) => row.parts.map((part) => formatPart(row, part, results)));
  const seconds = results.reduce((sum, one) => sum + one.seconds, 0);
  return `${[
    "# What was promised, and what was observed",
    "",
    "Written by `npm run test:chaos`, from runs that passed; every `npm test` does the same with smaller counts. Failures of machines, networks and",
    "the forge are thrown by a seeded source of chance: the same seed throws the same ones (`npm run test:chaos -- --row 1 --seed 1`). What was told and",
    "what truly happened go to a checker (`test/chaos/history`), which must also catch claimers and hubs that are built wrong on purpose.",
    "",
    "| row | promise | put to the test | observed | seed | date |",
    "|---|---|---|---|---|---|",
    ...lines,
    "",
    `Added up, the parts took ${Math.ceil(seconds / 60)} minutes on a machine with two cores and other work.`,
  ].join("\n")}\n`;
}

function formatPart({ row, promise }: Row, { name, unit, full }: Part, results: readonly Result[]): string {
  const found = results.find((one) => one.row === row && one.part === name);
  const cells =
    found === undefined
      ? [`${name}: ${number(full)} ${unit}`, "not run yet", "", ""]
      : [`${name}: ${number(found.count)} ${unit}`, facts(found), String(found.seed), found.at.slice(0, 10)];
  return `| ${[row, promise, ...cells].join(" | ")} |`;
}

function facts({ facts }: Result): string {
  return Object.entries(facts)
    .map(([name, value]) => `${number(value)} ${name}`)
    .join(", ");
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
