import type { Code } from "../../ports/code.ts";
import { visibleText } from "../../wire/visible-text.ts";

/** Paths shown to the model. */
const maxFiles = 500;
const maxReadmeBytes = 16_384;

/** Foreign text in a block it cannot end: data, whatever it says. */
export function untrusted(name: string, text: string): string {
  const safe = visibleText(text).replace(/<(?=\/?\s*untrusted)/gi, "< ");
  return `<untrusted name="${name}">\n${safe}\n</untrusted>`;
}

/** What there is in the repository: its paths and its README, each in a block of its own. */
export async function describeCode(code: Code): Promise<string> {
  const commit = await code.refresh();
  if (commit === undefined) return "The repository is empty.";
  const paths = await code.files(commit, maxFiles);
  const readme = paths.find((path) => /^readme(\.(md|markdown|rst|txt))?$/i.test(path));
  const text = readme === undefined ? undefined : await code.read(commit, readme, maxReadmeBytes);
  const files = untrusted("files", paths.length < maxFiles ? paths.join("\n") : [...paths, "…"].join("\n"));
  return text === undefined ? files : `${files}\n\n${untrusted("readme", text)}`;
}
