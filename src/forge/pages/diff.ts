import type { FileDiff } from "../git/diff.ts";
import { type Html, html } from "./html.ts";

/** Lines of one file and of one page that are shown; more would make a page no browser likes. */
const mostLines = { file: 2_000, page: 10_000 };

/** The files of a change with their differences, large ones folded. */
export function changedFiles(files: readonly FileDiff[]): Html {
  let room = mostLines.page;
  const shown = files.map((file) => {
    const lines = file.patch?.split("\n") ?? [];
    const kept = lines.slice(0, Math.min(mostLines.file, room));
    room -= kept.length;
    return oneFile(file, kept, lines.length - kept.length);
  });
  const total = (field: "additions" | "deletions") => files.reduce((sum, file) => sum + file[field], 0);
  return html`<p class="under" id="files">${files.length === 1 ? "1 file changed" : `${files.length} files changed`} ${changes(total("additions"), total("deletions"))}</p>${shown}`;
}

function oneFile(file: FileDiff, lines: readonly string[], left: number): Html {
  const { path, previousPath, status, additions, deletions, patch } = file;
  const name = previousPath === undefined ? path : `${previousPath} → ${path}`;
  const folded = additions + deletions > 400 || status === "removed";
  const note =
    patch === undefined
      ? status === "renamed"
        ? "Only the name changed."
        : "Nothing to show: binary or empty."
      : undefined;
  return html`<details class="card file" ${folded ? "" : "open"}><summary>${name}${status === "modified" ? "" : html` <span class="badge">${status}</span>`}<span class="changes">${changes(additions, deletions)}</span></summary>
${note === undefined ? html`<div class="diff scroll"><table>${rows(lines)}</table></div>` : html`<div class="inside muted">${note}</div>`}
${left > 0 ? html`<div class="inside muted">${left} more lines are not shown.</div>` : ""}</details>`;
}

function changes(additions: number, deletions: number): Html {
  return html`<span class="plus">+${additions}</span> <span class="minus">−${deletions}</span>`;
}

const kinds: Readonly<Record<string, string>> = { "+": "added", "-": "removed" };

/** A patch's lines with the numbers they have before and after. */
function rows(lines: readonly string[]): Html[] {
  let [before, after] = [0, 0];
  return lines.map((line) => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (hunk !== null) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
      return html`<tr class="hunk"><td colspan="4">${line}</td></tr>`;
    }
    const sign = line[0] ?? " ";
    const old = sign === "+" || sign === "\\" ? "" : before++;
    const now = sign === "-" || sign === "\\" ? "" : after++;
    return html`<tr class="${kinds[sign] ?? ""}"><td class="line">${old}</td><td class="line">${now}</td><td class="sign">${sign}</td><td>${line.slice(1)}</td></tr>`;
  });
}
