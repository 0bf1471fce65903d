import { parseArgs } from "node:util";
import { CoppiceError } from "../core/errors.ts";

/** What the app's process is told to do. */
export type Arguments =
  | { readonly kind: "serve" | "help" }
  /** `json`: as one line of JSON. */
  | { readonly kind: "dry-run"; readonly json: boolean };

export const usage = `Usage: coppice-app [--dry-run [--json]]

Serves the app: webhooks, planning, the queue, workers. What it needs is in its environment
(APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, COPPICE_OPERATOR_TOKEN …).

  --dry-run  look once at every repository the app is installed on, print what it would do there
             (issues, labels, pull requests, merges, comments, which tasks would start and why others
             do not), and end: nothing is done, no port is opened. Ends with 1 when not all could be read
  --json     the same as one line of JSON
  --help     this text
`;

/** Throws CoppiceError bad-input with one line for what it does not know. */
export function readArguments(given: readonly string[]): Arguments {
  const flag = { type: "boolean", default: false } as const;
  const options = { "dry-run": flag, json: flag, help: { ...flag, short: "h" } } as const;
  const { values } = parse(() => parseArgs({ args: [...given], options, strict: true }));
  if (values.help) return { kind: "help" };
  if (values["dry-run"]) return { kind: "dry-run", json: values.json };
  if (values.json) throw new CoppiceError("bad-input", "--json goes with --dry-run");
  return { kind: "serve" };
}

function parse<Answer>(read: () => Answer): Answer {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split(". ")[0] : String(cause);
    throw new CoppiceError("bad-input", `${why}; it takes --dry-run, --json and --help`, { cause });
  }
}
