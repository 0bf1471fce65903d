import { createColors } from "picocolors";

/** How text is to look where it goes: colours only where they show and are wanted (NO_COLOR), wrapped only on a terminal. */
export interface Screen {
  readonly colors: ReturnType<typeof createColors>;
  /** Columns; absent where nobody looks: lines are then as long as they are. */
  readonly width?: number;
}

/** Narrower nothing is readable, wider no line is. Columns. */
const widths = { least: 40, most: 140 };

export function screenOf(out: NodeJS.WriteStream): Screen {
  const colors = createColors(out.hasColors?.() ?? false);
  if (!out.isTTY) return { colors };
  return { colors, width: Math.min(widths.most, Math.max(widths.least, out.columns ?? 80)) };
}

/** Text in lines of at most `width` columns, broken at blanks; what is indented goes on indented by `hang` more. */
export function wrap(text: string, width: number | undefined, hang = 0): string {
  if (width === undefined) return text;
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, width, hang))
    .join("\n");
}

function wrapLine(line: string, width: number, hang: number): readonly string[] {
  if (line.length <= width) return [line];
  const indent = " ".repeat(/^ */.exec(line)?.[0].length ?? 0);
  const next = indent + " ".repeat(hang);
  const lines: string[] = [];
  let current = "";
  for (const word of line.trim().split(/ +/)) {
    const start = lines.length === 0 ? indent : next;
    if (current === "") current = start + word;
    else if (current.length + 1 + word.length <= width) current += ` ${word}`;
    else {
      lines.push(current);
      current = next + word;
    }
  }
  return [...lines, current];
}
