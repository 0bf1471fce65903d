import Table from "cli-table3";
import type { Screen } from "./screen.ts";

/** Rows only: lines between them would push what matters off the screen. */
const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "  ",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** The least the column that gives way is given, columns. */
const leastFlexible = 16;

export interface TableText {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The column that is wrapped where the terminal is too narrow; the others are as wide as what they hold. */
  readonly flexible: number;
  /** Columns of numbers: they stand to the right. */
  readonly numbers?: readonly number[];
}

/** A table without lines, within the screen's width; columns that hold nothing are left out. */
export function formatTable(text: TableText, { colors, width }: Screen): string {
  const { head, rows, flexible, numbers } = withoutEmpty(text);
  const natural = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[column] ?? ""))),
  );
  const others = natural.reduce((sum, size, column) => (column === flexible ? sum : sum + size + 2), 2);
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(leastFlexible, width - others - 1);
  const table = new Table({
    head: head.map((title) => colors.dim(title)),
    chars: bare,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colWidths: natural.map((size, column) => (column === flexible ? Math.min(size, room) : size)),
    colAligns: head.map((_, column) => (numbers?.includes(column) ? "right" : "left")),
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function withoutEmpty({ head, rows, flexible, numbers = [] }: TableText): TableText {
  const kept = head.map((_, column) => column === flexible || rows.some((row) => (row[column] ?? "") !== ""));
  const keep = (row: readonly string[]) => row.filter((_, column) => kept[column]);
  const place = (column: number) => kept.slice(0, column).filter(Boolean).length;
  return {
    head: keep(head),
    rows: rows.map(keep),
    flexible: place(flexible),
    numbers: numbers.filter((column) => kept[column]).map(place),
  };
}

function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
  return text.replace(/\u001b\[[0-9;]*m/g, "").length;
}
