/** Names the commit, so that it is recognised when its answer was lost. */
const trailer = "Coppice-Nonce";

/** What the first commit of the ledger says. */
export const rootMessage = "Begin the ledger";

/** The body of a ledger commit's message. */
export function formatNonce(nonce: string): string {
  return `${trailer}: ${nonce}`;
}

/** True when the message says that it is a ledger commit, or that very one. Anybody can write so. */
export function hasNonce(message: string, nonce = ""): boolean {
  return message.trimEnd().split("\n").at(-1)?.startsWith(formatNonce(nonce)) ?? false;
}
