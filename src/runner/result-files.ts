import { afterOffer } from "../core/lease/offered.ts";
import type { RunRecord } from "../core/run/run.ts";
import { formatRun } from "../wire/run-json.ts";
import type { Attempt, Finished } from "./attempt.ts";
import { attentionTo } from "./attention.ts";
import { hideSecrets } from "./secrets.ts";

/** Names of what was left out that are told one by one. */
const namesTold = 20;

/** What the publishing lease carries: the account of the work, the run's record, the artifacts. */
export function formatResults(
  { offer, ports, options, usage }: Attempt,
  finished: Finished,
  times: { startedAt: number; endedAt: number },
): ReadonlyMap<string, string> {
  const { workspace, head, files, results, verification } = finished;
  const { failures } = offer.lease;
  const took = Math.max(0, (times.endedAt - times.startedAt) / 1_000);
  const attention = attentionTo(files, [...offer.setup, ...offer.verify]);
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
    startedAt: afterOffer(offer.lease, 0) ?? new Date(times.startedAt).toISOString(),
    endedAt: afterOffer(offer.lease, took) ?? new Date(times.endedAt).toISOString(),
    filesChanged: files.length,
    ...(failures.length === 0 ? {} : { failures }),
    ...(attention.length === 0 ? {} : { attention }),
  };
  const account = results.result ?? (hideSecrets(finished.summary ?? "", options.secrets()) || listFiles(finished));
  return new Map([
    ["result.md", account + hideSecrets(leftOutLine(results.leftOut), options.secrets())],
    ["run.json", formatRun(record)],
    ...[...results.artifacts].map(([name, text]) => [`artifacts/${name}`, text] as const),
  ]);
}

/** What an agent meant to hand on and did not must be known to whoever reads its account. */
function leftOutLine(names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > namesTold ? ` and ${names.length - namesTold} more` : "";
  const list = names.slice(0, namesTold).map(inCode).join(", ") + more;
  return `\n\nLeft out of the artifacts (too large, too many, or no plain text file): ${list}\n`;
}

function inCode(name: string): string {
  return `\`${name.replace(/[`\n]/g, "?")}\``;
}

function listFiles({ files }: Finished): string {
  const lines = files.map(({ change, path }) => `- ${change} ${inCode(path)}`);
  return `The agent left no account of its work. Changed files:\n${lines.join("\n")}\n`;
}
