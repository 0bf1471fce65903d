import { defineConfig } from "vitest/config";

/** No file of these changes anything global, so they may share one world: modules are loaded once for all of them. */
const sharing = [
  "test/{core,wire,planner,reconciler}/**/*.test.ts",
  "test/chaos/{history,hub,full}/**/*.test.ts",
  "test/chaos/rows/memory/*.test.ts",
  "test/{agents,contract,git,hub,models}/**/*.test.ts",
  "test/forge/**/!(kill).test.ts",
];

/** Long, and seldom the first to tell: `.ci/run` plays the demo anyway, a plan of a hundred and twenty tasks is also done in memory. */
const long = [
  "test/end-to-end/demo.test.ts",
  // What these play through a whole `up` is told in parts by the tests of planner, reconciler and command line.
  "test/end-to-end/amending.test.ts",
  "test/end-to-end/cli-terminal.test.ts",
  "test/end-to-end/steering.test.ts",
  "test/reconciler/embedded-forge.test.ts",
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
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
      {
        extends: true,
        test: {
          name: "apart",
          include: ["test/**/*.test.ts"],
          exclude: [...sharing, ...long],
          globalSetup: ["test/support/build.ts"],
        },
      },
      { extends: true, test: { name: "together", include: sharing, exclude: long, isolate: false } },
      // With all the counts that are promised; `npm run test:chaos` asks for them, row by row.
      {
        extends: true,
        test: { name: "chaos", include: ["test/chaos/rows/**/*.test.ts"], globalSetup: ["test/support/build.ts"] },
      },
      { extends: true, test: { name: "long", include: long, globalSetup: ["test/support/build.ts"] } },
    ],
  },
});
