import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** These change the environment of their own process for a moment: each has one of its own. */
const apart = ["test/sandbox/{bubblewrap,processes}.test.ts", "test/runner/full-disk.test.ts"];

/** These let no request out of their process: nobody else's may be in it. */
const offline = ["test/github/!(lost-answers).test.ts"];

/** Long, and seldom the first to tell: `.ci/run` plays the demo anyway, a plan of a hundred and twenty tasks is also done in memory. */
const long = [
  "test/end-to-end/demo.test.ts",
  // What these play through a whole `up` is told in parts by the tests of planner, reconciler and command line.
  "test/end-to-end/amending.test.ts",
  "test/end-to-end/cli-terminal.test.ts",
  "test/end-to-end/steering.test.ts",
  "test/reconciler/embedded-forge.test.ts",
];

/** What starts processes of its own takes longest: last, it would run alone beside an idle core. */
const startsProcesses = /\/test\/(end-to-end|app|contract|runner|worker)\//;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (startsProcesses.test(moduleId) ? 0 : 1);
    const byName = (one: TestSpecification, other: TestSpecification) =>
      one.project.name.localeCompare(other.project.name);
    // Stable: within these it stays as it was, the longest of the last time or the largest file first.
    return (await super.sort(files)).sort((one, other) => byName(one, other) || rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A condition is waited for as long as a busy machine may take.
    expect: { poll: { timeout: 30_000 } },
    sequence: { sequencer: LongestFirst },
    // Two cores: more workers than that only make real processes wait for each other.
    maxWorkers: 2,
    // Model keys and addresses are set by each test for each child, never inherited.
    env: {
      ANTHROPIC_API_KEY: "",
      ANTHROPIC_BASE_URL: "",
      OPENAI_API_KEY: "",
      GEMINI_API_KEY: "",
      GITHUB_TOKEN: "",
      LOG_LEVEL: "fatal",
    },
    projects: [
      { extends: true, test: { name: "apart", include: apart } },
      { extends: true, test: { name: "offline", include: offline, isolate: false } },
      // No file of these changes anything global: modules are loaded, and the machine's code for them made, once for all.
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...apart, ...offline, ...long],
          isolate: false,
          globalSetup: ["test/support/build.ts"],
        },
      },
      // With all the counts that are promised; `npm run test:chaos` asks for them, row by row.
      {
        extends: true,
        test: { name: "chaos", include: ["test/chaos/rows/**/*.test.ts"], globalSetup: ["test/support/build.ts"] },
      },
      { extends: true, test: { name: "long", include: long, globalSetup: ["test/support/build.ts"] } },
    ],
  },
});
