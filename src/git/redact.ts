/** Text without the given secrets, without anything shaped like GitHub's tokens, without credentials in URLs. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, "***");
  }
  return clean.replace(/\bgh[opsu]_[A-Za-z0-9_.-]+/g, "***").replace(/(https?:\/\/)[^/@\s]+@/g, "$1***@");
}
