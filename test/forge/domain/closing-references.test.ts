import { expect, test } from "vitest";
import { closingNumbers } from "../../../src/forge/domain/closing-references.ts";

test.each([
  ["Closes #12", [12]],
  ["fixes: #3, resolved #4 and Close #3", [3, 4]],
  ["closes #1\nsee #2", [1]],
  ["discloses #1, closes#2, closes octo/tree#3, #4", []],
  ["`closes #1`\n> closes #2\n<!-- closes #3 -->\n```\ncloses #4\n```\ncloses #5", [5]],
  ["```\ncloses #4", []],
  [null, []],
])("finds what %j closes", (text, numbers) => {
  expect(closingNumbers(text)).toEqual(numbers);
});
