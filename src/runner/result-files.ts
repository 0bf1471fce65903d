import type { RunRecord } from "../core/run/run.ts";
import { formatRun } from "../wire/run-json.ts";
import type { Attempt, Finished } from "./attempt.ts";
import { hideSecrets } from "./secrets.ts";

/** What the publishing lease carries: the account of the work, the run's record, the artifacts. */
export function formatResults(
  { offer, ports, options, usage }: Attempt,
  finished: Finished,
  times: { startedAt: number; endedAt: number },
): ReadonlyMap<string, string> {
  const { workspace, head, files, results, verification } = finished;
  const record: RunRecord = {
    version: 1,
    run: offer.run,
    plan: offer.plan,
    task: offer.task.key,
    issue: offer.issue,
    epoch: offer.lease.epoch,
    worker: options.worker,
    agent: ports.agent.id,
    sandbox: ports.processes.sandbox.name,
    base: workspace.base,
    head,
    verification,
    usage,
    startedAt: new Date(times.startedAt).toISOString(),
    endedAt: new Date(times.endedAt).toISOString(),
    filesChanged: files.length,
  };
  return new Map([
    ["result.md", results.result ?? (hideSecrets(finished.summary ?? "", options.secrets()) || listFiles(finished))],
    ["run.json", formatRun(record)],
    ...[...results.artifacts].map(([name, text]) => [`artifacts/${name}`, text] as const),
  ]);
}

function listFiles({ files }: Finished): string {
  const lines = files.map(({ change, path }) => `- ${change} \`${path.replace(/[`\n]/g, "?")}\``);
  return `The agent left no account of its work. Changed files:\n${lines.join("\n")}\n`;
}
