/** Nobody listens: what is handed over here is freed at once. */
const nowhere = new MessageChannel().port1;
nowhere.close();

/**
 * Frees a part of a body now; left to the collector, megabytes of them wait for it. The part is empty afterwards. One
 * that shares its memory with others is left as it is.
 */
export function discard(part: Buffer): void {
  const { buffer } = part;
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === part.byteLength;
  if (isAlone && buffer.byteLength > 0) nowhere.postMessage(undefined, [buffer]);
}
