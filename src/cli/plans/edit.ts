import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { headOf } from "../../core/plan/head.ts";
import { formatEdit } from "../../wire/edit-yaml.ts";
import { fence } from "../../wire/fence.ts";
import type { Place } from "../client/open-place.ts";
import { needPlan } from "../client/plan.ts";
import { print } from "../client/with-place.ts";

const heading = `# Change, add or remove what you like; what you leave out of a task stays as it is.
# A task without a key is new. Save and quit to send it, or change nothing to leave the plan alone.
`;

/** Opens the newest plan in the person's editor; gives the command that sends it, or undefined when nothing was changed. */
export async function editPlan(place: Place, issue: number): Promise<string | undefined> {
  const state = await needPlan(place, issue);
  const before = formatEdit(headOf(state).plan, state.record.revision);
  const after = await inEditor(`${heading}${before}`);
  if (after === undefined) return undefined;
  const text = after.replace(heading, "").trim();
  if (text === before.trim() || text === "") {
    print("Nothing was changed.");
    return undefined;
  }
  return editCommand(text, { approved: state.record.status.kind === "approved" });
}

/** The comment that sends it; on an approved plan it is an amendment. */
export function editCommand(yaml: string, { approved }: { readonly approved: boolean }): string {
  return `/coppice ${approved ? "amend " : ""}edit\n${fence(yaml, "yaml")}`;
}

async function inEditor(text: string): Promise<string | undefined> {
  const editor = process.env.VISUAL?.trim() || process.env.EDITOR?.trim() || "vi";
  const folder = await mkdtemp(join(tmpdir(), "coppice-edit-"));
  const file = join(folder, "plan.yaml");
  try {
    await writeFile(file, text, { mode: 0o600 });
    // Loaded only now: most talks end without an editor.
    const { execa } = await import("execa");
    // An editor is a command line (`code --wait`); the file is our own path.
    const run = await execa(`${editor} "$COPPICE_PLAN_FILE"`, {
      shell: "/bin/sh",
      stdio: "inherit",
      env: { COPPICE_PLAN_FILE: file },
      reject: false,
    });
    if (run.exitCode === 0) return await readFile(file, "utf8");
    print(`${editor} ended with ${run.exitCode ?? run.signal}; set EDITOR to one that works. Nothing was changed.`);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
