/**
 * Reads as `parse` does, and keeps what the latest texts say until they have more than `maxCharacters` together. What
 * `parse` throws is not kept. The values are shared by all who ask: nobody changes them.
 */
export function remembered<T extends object>(
  parse: (text: string, path: string) => T,
  maxCharacters: number,
): (text: string, path: string) => T {
  /** The one used longest ago comes first. */
  const known = new Map<string, T>();
  let characters = 0;
  return (text, path) => {
    const kept = known.get(text);
    const value = kept ?? parse(text, path);
    if (kept === undefined) characters += text.length;
    else known.delete(text);
    known.set(text, value);
    for (const oldest of known.keys()) {
      if (characters <= maxCharacters) break;
      known.delete(oldest);
      characters -= oldest.length;
    }
    return value;
  };
}
