import fc from "fast-check";

/** Any character of Unicode; the library's own unit of that kind takes a second to be made. */
export const anyCharacter = fc
  .nat({ max: 0x10ffff })
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));
