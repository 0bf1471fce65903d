import { describe, expect, it } from "vitest";
import { nameWhatIsAway } from "../../../src/cli/client/with-place.ts";
import { CoppiceError, type ErrorCode } from "../../../src/core/errors.ts";

const place = { title: "octo/sample (api.github.com)" };

describe("what a person reads of a failed request", () => {
  it.each<[ErrorCode, string, string]>([
    [
      "forge-not-found",
      "GET /repos/{owner}/{repo}/issues/{issue_number}/comments: 404 Not Found - https://docs.github.com/rest",
      "octo/sample (api.github.com): 404 Not Found",
    ],
    [
      "forge-refused",
      "POST /repos/{owner}/{repo}/issues: 403 Resource not accessible - https://docs.github.com/rest; #4 is open",
      "octo/sample (api.github.com): 403 Resource not accessible; #4 is open",
    ],
    [
      "forge-unavailable",
      "POST /graphql AddComment: no answer (read ECONNRESET); #4 is open: coppice plan-continue 4",
      "octo/sample (api.github.com) cannot be reached: no answer (read ECONNRESET); #4 is open: coppice plan-continue 4",
    ],
    ["forge-limited", "the forge's REST limit is spent for 20 s more; see: x", ""],
    ["bad-input", "GET /repos: is no repository", ""],
  ])("%s names the place, and neither a route nor where it is documented", (code, message, said) => {
    const error = new CoppiceError(code, message);
    expect(nameWhatIsAway(place, error)).toMatchObject({ code, message: said || message });
  });

  it("is not changed by being named twice", () => {
    const once = nameWhatIsAway(place, new CoppiceError("forge-unavailable", "GET /user: no answer (x)"));
    expect(nameWhatIsAway({ title: "the forge" }, once)).toBe(once);
  });
});
