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

test.each([
  ["closes: ada/sample#3, fixes ADA/Sample#4 and fixes ada/other#5", [3, 4]],
  ["Resolves GH-7 and close http://forge.test/ada/sample/issues/8", [7, 8]],
  ["closes http://forge.test/ada/sample/issues/9/edit, http://elsewhere.test/ada/sample/issues/10", []],
])("finds what %j closes, by the repository's names", (text, numbers) => {
  expect(closingNumbers(text, { fullName: "ada/sample", url: "http://forge.test" })).toEqual(numbers);
});
