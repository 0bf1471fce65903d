interface Shape {
  readonly name: string;
  readonly pattern: RegExp;
}

/** Credentials that are known by how they look. */
const shapes: readonly Shape[] = [
  { name: "a GitHub token", pattern: /\bgh[opsu]_[A-Za-z0-9_.-]{20,}/ },
  { name: "a GitHub token", pattern: /\bgithub_pat_[A-Za-z0-9_]{20,}/ },
  { name: "an Anthropic key", pattern: /\bsk-ant-[A-Za-z0-9_-]{20,}/ },
  { name: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { name: "a private key", pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
];

/** Shorter values are no secrets: they would be found everywhere. */
const shortestSecret = 8;

/** What kind of secret the text holds; undefined for none. Known values are looked for in the usual disguises as well. */
export function findSecret(text: string, secrets: readonly string[]): string | undefined {
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    if (disguises(secret).some((form) => text.includes(form))) return "a credential of this run";
  }
  return shapes.find(({ pattern }) => pattern.test(text))?.name;
}

/** The text with known secrets, and what looks like one, blotted out. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    for (const form of disguises(secret)) clean = clean.replaceAll(form, "***");
  }
  for (const { pattern } of shapes) clean = clean.replace(new RegExp(pattern, "g"), "***");
  return clean;
}

function disguises(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  return [
    secret,
    encodeURIComponent(secret),
    [...secret].reverse().join(""),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].map((shift) => base64Inside(bytes, shift)),
  ];
}

/** The part of the base64 form that is the same whatever stands before and after, when `shift` bytes precede. */
function base64Inside(bytes: Buffer, shift: number): string {
  const start = (3 - shift) % 3;
  const length = Math.floor((bytes.length - start) / 3) * 3;
  return bytes.subarray(start, start + length).toString("base64");
}
