import { headOf } from "../../core/task/words.ts";
import type { Approach } from "./approaches.ts";
import { build, document, refactor, repair, test, upgrade } from "./approaches.ts";

/** How a request is gone about: by its label (`fix:`, `[Bug]`), or by how its first line reads. */
export function approachTo(lead: string, subject: string): Approach {
  const label = /^\s*\[?([a-z][a-z ]{0,20}(?:\([^()]{0,40}\))?)!?(?:\]|:\s)/i.exec(lead)?.[1] ?? "";
  return rows.find((row) => row.label.test(label) || row.fits(subject))?.approach ?? build;
}

const creates =
  /^(?:build|create|develop|implement|make|add|support|introduce|provide|design|convert|allow|let|show|baue?|erstelle|füge)\b/i;

/** Looked at in order; the last fits everything. */
const rows: readonly {
  readonly label: RegExp;
  readonly fits: (subject: string) => boolean;
  readonly approach: Approach;
}[] = [
  {
    label: /^(?:docs?)\b/i,
    fits: (subject) =>
      /^(?:document|dokumentiere)\b/i.test(subject) ||
      /\b(?:docs?|documentation|readme|guide|tutorial|changelog|manual|handbook|wiki|docstrings?|dokumentation|anleitung)\s*$/i.test(
        headOf(subject).trim(),
      ) ||
      /(?:ドキュメント|文書).*(?:書|更新|直)/.test(subject),
    approach: document,
  },
  {
    label: /^(?:tests?)\b/i,
    fits: (subject) =>
      /^(?:test|cover)\b/i.test(subject) ||
      /\b(?:tests?|test suite|coverage|testabdeckung)\s*$/i.test(headOf(subject).trim()) ||
      /テスト.*(?:書|追加|増)/.test(subject),
    approach: test,
  },
  {
    label: /^(?:refactor)\b/i,
    fits: (subject) =>
      /^(?:refactor|restructure|reorgani[sz]e|clean up|cleanup|simplify|rename|rewrite|moderni[sz]e|deduplicate|decouple|untangle|tidy|räume)\b/i.test(
        subject,
      ) || /リファクタ/.test(subject),
    approach: refactor,
  },
  {
    label: /^(?:chore|build)\(deps/i,
    fits: (subject) =>
      /^(?:upgrade|bump)\b/i.test(subject) ||
      /^(?:update|migrate|move|switch|port|aktualisiere|replace)\b.*(?:\bto v?\d|\bversion\b|\bv?\d+\.\d|\bdependenc|\blatest\b|\bfrom\b.*\bto\b|\bauf v?\d|\bwith\b)/i.test(
        subject,
      ) ||
      /(?:アップグレード|バージョンアップ)/.test(subject),
    approach: upgrade,
  },
  {
    label: /^(?:fix|bug(?: report)?|hotfix)\b/i,
    fits: (subject) =>
      /^(?:fix|correct|repair|debug|resolve|behebe|repariere|korrigiere)\b/i.test(subject) ||
      (!creates.test(subject) &&
        /\b(?:bugs?|crash\w*|broken|regression|fails?|failing|failed|hangs?|leaks?|exception|\w+Error|error|wrong|incorrect\w*|stuck|doesn'?t|does not|isn'?t|cannot|can'?t|won'?t|fehler\w*|does nothing|nothing happens|no longer|kaputt|absturz|stürzt)\b/i.test(
          subject,
        )) ||
      /(?:バグ|不具合|クラッシュ|修正|落ちる)/.test(subject),
    approach: repair,
  },
];
