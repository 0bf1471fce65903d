import { z } from "zod";
import { timestamp } from "../site.ts";

const time = z.iso.datetime({ offset: true }).transform((text) => timestamp(new Date(text)));
/** GitHub's limit for each of a check run's texts, in characters. */
const text = z.string().max(65_535);

const annotation = z
  .object({
    path: z.string(),
    start_line: z.int(),
    end_line: z.int(),
    start_column: z.int().nullish(),
    end_column: z.int().nullish(),
    annotation_level: z.enum(["notice", "warning", "failure"]),
    message: z.string(),
    title: z.string().max(255).nullish(),
    raw_details: z.string().nullish(),
  })
  .transform((row) => ({
    path: row.path,
    startLine: row.start_line,
    endLine: row.end_line,
    startColumn: row.start_column ?? null,
    endColumn: row.end_column ?? null,
    level: row.annotation_level,
    message: row.message,
    title: row.title ?? null,
    rawDetails: row.raw_details ?? null,
  }));

const action = z.object({
  label: z.string().max(20),
  description: z.string().max(40),
  identifier: z.string().max(20),
});

/** What may be said of a check run when it is made or changed. */
export const checkRunBody = z.object({
  name: z.string().min(1).optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z
    .enum(["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"])
    .optional(),
  started_at: time.optional(),
  completed_at: time.optional(),
  external_id: z.string().optional(),
  details_url: z.url().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: text.optional(),
      text: text.optional(),
      annotations: z.array(annotation).optional(),
    })
    .optional(),
  actions: z.array(action).optional(),
});
