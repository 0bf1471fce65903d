import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
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
  },
});
