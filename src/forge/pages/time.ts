import { type Html, html } from "./html.ts";

/** A time as people say it, with the exact one on hover. `text` is ISO 8601. */
export function ago(text: string, now: number = Date.now()): Html {
  return html`<time datetime="${text}" title="${text.replace("T", " ").replace("Z", " UTC")}">${words(text, now)}</time>`;
}

const steps = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
] as const;

const language = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

function words(text: string, now: number): string {
  let amount = Math.round((Date.parse(text) - now) / 1000);
  if (Math.abs(amount) < 10) return "just now";
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size) return language.format(amount, unit);
    amount = Math.round(amount / size);
  }
  return `on ${text.slice(0, 10)}`;
}
