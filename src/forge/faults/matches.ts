/** Whether a name is one of these; `*` stands for anything, and no list takes every name. */
export function matches(wanted: readonly string[] | undefined, name: string): boolean {
  return wanted === undefined || wanted.some((pattern) => asExpression(pattern).test(name));
}

function asExpression(pattern: string): RegExp {
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`);
}
