import { setTimeout as sleep } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { CoppiceError } from "../../core/errors.ts";
import type { Ready } from "../up/start.ts";

export interface Person {
  /** Opens an issue and gives its number. */
  openIssue(title: string, body: string): Promise<number>;
  /** Writes a comment, and says so through `onSay`. */
  say(issue: number, text: string): Promise<void>;
  /** Waits until the plan comment shows this revision. */
  seesRevision(issue: number, revision: number): Promise<void>;
  /** Waits until the issue is closed; gives its pull requests. */
  seesEnd(issue: number): Promise<void>;
  pulls(): Promise<readonly { number: number; title: string; merged: boolean }[]>;
}

/** Each wait of the person is bounded; a demo that gets stuck says where. Seconds. */
const patience = { plan: 60, end: 300 };

/** The demo's person: nothing but an Octokit with a token, as anybody's script could be. */
export function person(
  ready: Ready,
  { onSay, signal }: { onSay: (text: string) => void; signal: AbortSignal },
): Person {
  const octokit = new Octokit({ baseUrl: ready.apiUrl, auth: ready.token, request: { signal }, log: silent });
  const place = { owner: ready.owner, repo: ready.repo };
  return {
    async openIssue(title, body) {
      onSay(`opens the issue “${title}”`);
      return (await octokit.issues.create({ ...place, title, body })).data.number;
    },
    async say(issue, text) {
      onSay(text);
      await octokit.issues.createComment({ ...place, issue_number: issue, body: text });
    },
    async seesRevision(issue, revision) {
      const marker = new RegExp(`^<!-- coppice:plan=${issue};revision=${revision};`);
      await until({ what: `revision ${revision} of the plan`, seconds: patience.plan, signal }, async () => {
        const comments = await octokit.issues.listComments({ ...place, issue_number: issue, per_page: 100 });
        return comments.data.some(({ user, body }) => user?.type === "Bot" && marker.test(body ?? ""));
      });
    },
    async seesEnd(issue) {
      await until({ what: "the end of the plan", seconds: patience.end, signal }, async () => {
        return (await octokit.issues.get({ ...place, issue_number: issue })).data.state === "closed";
      });
    },
    async pulls() {
      const found = await octokit.pulls.list({ ...place, state: "all", per_page: 100 });
      return found.data.map(({ number, title, merged_at }) => ({ number, title, merged: merged_at !== null }));
    },
  };
}

/** Octokit writes failures to the screen itself; here they are thrown, and an interrupted demo is no failure. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Wait {
  readonly what: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** A person looks about once a second. */
async function until({ what, seconds, signal }: Wait, look: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    if (await look()) return;
    await sleep(1_000, undefined, { signal });
  }
  throw new CoppiceError("timed-out", `waited ${seconds} s for ${what}`);
}
