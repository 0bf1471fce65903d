/** An expected "no": what was read and what would be right, one line. */
export interface Refused {
  readonly kind: "refused";
  readonly reason: string;
}

export function refuse(reason: string): Refused {
  return { kind: "refused", reason };
}
