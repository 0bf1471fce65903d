import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../../src/core/plan/apply.ts";
import type { Specialist } from "../../../src/core/task/specialist.ts";
import { specialistDoubt } from "../../../src/core/task/specialist.ts";
import type { PlannedTask } from "../../../src/core/task/task.ts";
import { decompose } from "../../../src/planner/keywords/decompose.ts";
import { builtInSpecialists } from "../../../src/planner/specialists.ts";

const specialists = await builtInSpecialists();

function plan(goal: string, more: { guidance?: string; maxTasks?: number; specialists?: readonly Specialist[] } = {}) {
  return decompose({ goal, specialists, maxTasks: 50, ...more });
}

/** `T2 backend-systems-engineer Build it <- T1`. */
function lines(tasks: readonly PlannedTask[]): readonly string[] {
  return tasks.map(
    ({ key, specialist, title, needs }) =>
      `${key} ${specialist} ${title}${needs.length === 0 ? "" : ` <- ${needs.join(" ")}`}`,
  );
}

describe("the four goals everybody tries", () => {
  test("Build a REST API with authentication: data model before endpoints before authentication", () => {
    expect(lines(plan("Build a REST API with authentication"))).toEqual([
      "T1 specifications-engineer Design: REST API with authentication",
      "T2 backend-systems-engineer Build the data model and storage <- T1",
      "T3 backend-systems-engineer Build the API endpoints with validation and errors <- T2",
      "T4 backend-systems-engineer Build authentication and authorization <- T3",
      "T5 docs-writer Write the documentation <- T4",
      "T6 test-engineer Test it all together: REST API with authentication <- T4",
    ]);
  });

  test("Create an ETL pipeline: extract, transform, load, in that order", () => {
    const goal = "Create an ETL pipeline to process daily sales data from S3 to Snowflake";
    expect(lines(plan(goal))).toEqual([
      "T1 data-architect-governance Design: ETL pipeline to process daily sales data from S3 to Snowflake",
      "T2 data-pipeline-engineer Extract the data from S3 <- T1",
      "T3 data-pipeline-engineer Validate and transform the data <- T2",
      "T4 data-pipeline-engineer Load the data to Snowflake <- T3",
      "T5 data-pipeline-engineer Schedule pipeline runs, retry failures and raise alarms <- T4",
      "T6 docs-writer Write the documentation <- T5",
      "T7 test-engineer Test it all together: ETL pipeline to process daily sales data from S3 to Snowflake <- T5",
    ]);
  });

  test("Build a customer churn prediction system: training after data and features, serving after training", () => {
    expect(lines(plan("Build a customer churn prediction system"))).toEqual([
      "T1 ml-systems-architect Design: Customer churn prediction system",
      "T2 data-pipeline-engineer Prepare the training data <- T1",
      "T3 data-science-analyst Explore the data and choose features <- T1",
      "T4 ml-systems-architect Train and evaluate the machine-learning model <- T2 T3",
      "T5 backend-systems-engineer Serve predictions through an API <- T4",
      "T6 docs-writer Write the documentation <- T5",
      "T7 test-engineer Test it all together: Customer churn prediction system <- T5",
    ]);
  });

  test("Convert monolithic app to microservices: the services side by side, their data after them", () => {
    const goal = "Convert monolithic app to microservices with user, order, and payment services";
    expect(lines(plan(goal))).toEqual([
      `T1 aws-cloud-architect Design: ${goal}`,
      "T2 backend-systems-engineer Build the user service <- T1",
      "T3 backend-systems-engineer Build the order service <- T1",
      "T4 backend-systems-engineer Build the payment service <- T1",
      "T5 backend-systems-engineer Route requests between the services <- T1",
      "T6 aws-cloud-architect Set up builds, deployment and monitoring of each service <- T1",
      "T7 data-architect-governance Move the data to the services that own it <- T2 T3 T4",
      "T8 docs-writer Write the documentation <- T5 T6 T7",
      `T9 test-engineer Test it all together: ${goal} <- T5 T6 T7`,
    ]);
  });

  test.each([
    "Build a REST API with authentication",
    "Create an ETL pipeline to process daily sales data from S3 to Snowflake",
    "Build a customer churn prediction system",
    "Convert monolithic app to microservices with user, order, and payment services",
  ])("%s: phases in order, an estimate for each task, no path guessed", (goal) => {
    const tasks = plan(goal);
    expect(tasks[0]).toMatchObject({ key: "T1", phase: "design", needs: [] });
    expect(tasks.at(-1)).toMatchObject({ phase: "testing", specialist: "test-engineer" });
    for (const task of tasks.slice(1, -1)) expect(task.phase).toBe("implementation");
    for (const task of tasks) {
      expect(task.estimateMinutes).toBeGreaterThanOrEqual(15);
      expect(task.estimateMinutes).toBeLessThanOrEqual(60);
      expect(task.touches).toEqual([]);
      expect(task.acceptance.length).toBeGreaterThan(0);
      expect(task.description).toContain(goal);
    }
  });
});

describe("ordinary goals", () => {
  test.each<[string, readonly string[]]>([
    [
      "Fix the crash on start",
      [
        "test-engineer Show the fault with a failing test: Fix the crash on start",
        "backend-systems-engineer Fix the crash on start",
        "test-engineer Test for the same fault elsewhere",
      ],
    ],
    [
      "Login fails with a 500 when the e-mail has a plus sign",
      ["backend-systems-engineer Mend the fault: Login fails with a 500 when the e-mail has a plus sign"],
    ],
    [
      "fix(ui): button is cut off on small screens",
      ["frontend-ui-engineer Mend the fault: Button is cut off on small screens"],
    ],
    ["Add error handling to the importer", ["backend-systems-engineer Add error handling to the importer"]],
    [
      "Refactor the parser module",
      [
        "test-engineer Test what must stay as it is: Refactor the parser module",
        "backend-systems-engineer Refactor the parser module",
        "code-reviewer Review and test the result: Refactor the parser module",
      ],
    ],
    [
      "Write the README",
      [
        "docs-writer Outline the documentation: Write the README",
        "docs-writer Write the README",
        "test-engineer Test the documentation's examples: Write the README",
      ],
    ],
    ["Document the API", ["docs-writer Document the API"]],
    [
      "Upgrade React to version 19",
      [
        "specifications-engineer Find out what changes: Upgrade React to version 19",
        "frontend-ui-engineer Upgrade React to version 19",
      ],
    ],
    [
      "chore(deps): bump lodash from 4.17.20 to 4.17.21",
      ["backend-systems-engineer Bump lodash from 4.17.20 to 4.17.21"],
    ],
    ["Migrate from Jest to Vitest", ["specifications-engineer Find out what changes: Migrate from Jest to Vitest"]],
    [
      "Add a --json flag to the status command",
      [
        "specifications-engineer Design: Add a --json flag to the status command",
        "backend-systems-engineer Add a --json flag to the status command",
      ],
    ],
    ["Add rate limiting to the API", ["backend-systems-engineer Add rate limiting to the API"]],
    [
      "Add tests for the billing module",
      [
        "test-engineer Find out what is not tested: Add tests for the billing module",
        "test-engineer Add tests for the billing module",
      ],
    ],
    ["Add dark mode to the settings page", ["frontend-ui-engineer Add dark mode to the settings page"]],
    [
      "Let measure convert weight, temperature and volume",
      [
        "backend-systems-engineer Convert weight",
        "backend-systems-engineer Convert temperature",
        "backend-systems-engineer Convert volume",
      ],
    ],
    [
      "Support CSV, JSON and XML",
      [
        "backend-systems-engineer Support CSV",
        "backend-systems-engineer Support JSON",
        "backend-systems-engineer Support XML",
      ],
    ],
    [
      "Add a calendar with sharing and alarms",
      [
        "backend-systems-engineer Add a calendar",
        "backend-systems-engineer Build sharing",
        "backend-systems-engineer Build alarms",
      ],
    ],
    ["Build a website with Next.js and Tailwind", ["frontend-ui-engineer Build a website with Next.js and Tailwind"]],
    [
      "Build a todo app",
      ["backend-systems-engineer Build the data model and storage", "frontend-ui-engineer Build the user interface"],
    ],
    [
      "Build a REST API with users, orders and payments",
      [
        "backend-systems-engineer Build the API endpoints for users",
        "backend-systems-engineer Build the API endpoints for payments",
      ],
    ],
    [
      "Build an ETL pipeline from Salesforce, Stripe and S3 into BigQuery",
      [
        "data-pipeline-engineer Extract the data from Salesforce, Stripe and S3",
        "data-pipeline-engineer Load the data into BigQuery",
      ],
    ],
    [
      "Build a support chatbot with RAG over our docs",
      [
        "llm-architect Build the retrieval of what the language model is given",
        "llm-architect Write the prompts and the calls to the language model",
      ],
    ],
    [
      "Train a model that classifies support tickets and serve it",
      ["ml-systems-architect Train and evaluate the machine-learning model"],
    ],
    ["Deploy the app to Kubernetes", ["aws-cloud-architect Deploy the app to Kubernetes"]],
    [
      "Implement OAuth2 login with Google and GitHub",
      ["backend-systems-engineer Build authentication and authorization", "backend-systems-engineer Support Google"],
    ],
    ["Cache API responses in Redis", ["backend-systems-engineer Cache API responses in Redis"]],
    [
      "Write end-to-end tests for checkout",
      ["test-engineer Find out what is not tested: Write end-to-end tests for checkout"],
    ],
    ["The export button does nothing", ["frontend-ui-engineer Mend the fault: The export button does nothing"]],
    ["As a user I want to reset my password", ["backend-systems-engineer Reset my password"]],
    [
      "Create a Slack bot that answers questions about our wiki",
      ["backend-systems-engineer Create a Slack bot that answers questions about our wiki"],
    ],
    [
      "Add user management with CRUD endpoints, role-based access, and email verification",
      [
        "backend-systems-engineer Add user management",
        "backend-systems-engineer Build CRUD endpoints",
        "backend-systems-engineer Build email verification",
      ],
    ],
    [
      "Build an e-commerce platform with product catalog, shopping cart, checkout and admin dashboard",
      ["backend-systems-engineer Build product catalog", "frontend-ui-engineer Build the user interface"],
    ],
    [
      "Build a pipeline that ingests clickstream events from Kafka into BigQuery and a dashboard on top",
      ["data-pipeline-engineer Load the data into BigQuery", "frontend-ui-engineer Build the user interface"],
    ],
    ["Build a Kubernetes operator", ["aws-cloud-architect Build a Kubernetes operator"]],
    ["ログイン画面を追加する", ["frontend-ui-engineer Build the user interface"]],
    [
      "Ajouter une page de contact avec un formulaire",
      ["frontend-ui-engineer Ajouter une page de contact avec un formulaire"],
    ],
    ["Make the build faster", ["specifications-engineer Design: Make the build faster"]],
    ["Can you please add OAuth login?", ["backend-systems-engineer Add OAuth login"]],
    [
      "Baue eine REST-API mit Anmeldung",
      [
        "backend-systems-engineer Build the data model and storage",
        "backend-systems-engineer Build authentication and authorization",
      ],
    ],
    [
      "Füge eine Suche mit Filtern und Export hinzu",
      [
        "backend-systems-engineer Füge eine Suche",
        "backend-systems-engineer Filtern",
        "backend-systems-engineer Export",
      ],
    ],
    [
      "Behebe den Absturz beim Start",
      ["test-engineer Show the fault with a failing test: Behebe den Absturz beim Start"],
    ],
    [
      "認証付きREST APIを作る",
      [
        "backend-systems-engineer Build the API endpoints with validation and errors",
        "backend-systems-engineer Build authentication and authorization",
      ],
    ],
    ["ユーザー一覧画面の不具合を修正する", ["frontend-ui-engineer ユーザー一覧画面の不具合を修正する"]],
  ])("%s", (goal, expected) => {
    const tasks = plan(goal);
    expect(tasks.map(({ specialist, title }) => `${specialist} ${title}`)).toEqual(
      expect.arrayContaining([...expected]),
    );
    expect(tasks.length).toBeGreaterThanOrEqual(3);
    expect(tasks[0]?.phase).toBe("design");
    expect(tasks.at(-1)?.phase).toBe("testing");
    expect(tasks.map((task) => specialistDoubt(task, specialists))).toEqual(tasks.map(() => undefined));
  });

  test("a small change is three tasks and needs no documentation of its own", () => {
    expect(plan("Support Esperanto")).toHaveLength(3);
  });

  test("a long issue: open boxes are the parts, criteria judge the whole, background is none", () => {
    const goal = `Feature request: scheduled exports

We need exports that run by themselves.
<!-- Please search before you file -->

## Background
- customers asked
- sales too

## Tasks
- [ ] Store schedules in the database
- [x] Pick a cron library
- [ ] Run due exports
  - at most one at a time
- [ ] Page to edit schedules

## Acceptance criteria
- A schedule survives a restart

## Out of scope
- time zones

\`\`\`
- not a part
\`\`\`
> - nor this
`;
    const tasks = plan(goal);
    expect(lines(tasks)).toEqual([
      "T1 specifications-engineer Design: Scheduled exports",
      "T2 backend-systems-engineer Store schedules in the database <- T1",
      "T3 backend-systems-engineer Run due exports <- T1",
      "T4 frontend-ui-engineer Page to edit schedules <- T1",
      "T5 docs-writer Write the documentation <- T2 T3 T4",
      "T6 test-engineer Test it all together: Scheduled exports <- T2 T3 T4",
    ]);
    expect(tasks[2]?.description).toContain("- at most one at a time");
    expect(tasks[5]?.acceptance).toContain("A schedule survives a restart");
  });

  test("a bug report's steps are no tasks", () => {
    const goal =
      "[Bug] Exported CSV has wrong encoding\n\n### Steps\n1. Open\n2. Export\n3. Look\n\n### Expected\n- UTF-8\n- no BOM";
    expect(plan(goal)).toHaveLength(3);
  });
});

describe("guidance", () => {
  test.each<[string, number]>([
    ["without docs please", 5],
    ["no documentation and no tests", 4],
    ["skip the design", 5],
    ["at most 4 tasks", 4],
    ["as one task", 1],
    ["use PostgreSQL", 6],
    ["with a CLI and a web page", 8],
  ])("%j makes %i tasks", (guidance, count) => {
    expect(plan("Build a REST API with authentication", { guidance })).toHaveLength(count);
  });

  test("takes a list as the parts, and every task knows what was asked for", () => {
    const tasks = plan("Build a shop", { guidance: "Like this:\n- cart\n- checkout\n\nUse Stripe." });
    expect(tasks.map(({ title }) => title)).toEqual([
      "Design: Shop",
      "Build cart",
      "Build checkout",
      "Write the documentation",
      "Test it all together: Shop",
    ]);
    for (const { description } of tasks) expect(description).toContain("Use Stripe.");
  });
});

test("a repository's own specialists get what their words name", () => {
  const rust: Specialist = {
    name: "rust-expert",
    description: "Rust.",
    keywords: ["rust", "api endpoints"],
    instructions: "",
    source: ".claude/agents/rust-expert.md",
  };
  const tasks = plan("Build a REST API with authentication", { specialists: [rust, ...specialists] });
  expect(tasks[2]).toMatchObject({
    title: "Build the API endpoints with validation and errors",
    specialist: "rust-expert",
  });
  expect(tasks[3]?.specialist).toBe("backend-systems-engineer");
  for (const { specialist } of plan("Build a shop", { specialists: [rust] })) expect(specialist).toBe("rust-expert");
});

test("nothing is lost where there is not room for every part", () => {
  const goal = `Build it\n\n${Array.from({ length: 60 }, (_, index) => `- thing number ${index}`).join("\n")}`;
  for (const maxTasks of [1, 2, 3, 4, 5, 10, 50, 100]) {
    const tasks = plan(goal, { maxTasks });
    expect(tasks.length).toBeLessThanOrEqual(maxTasks);
    expect(apply(undefined, { kind: "plan", goal, tasks })).toMatchObject({ kind: "changed" });
    const text = tasks.map(({ title, description }) => `${title}\n${description.split("The goal:")[0]}`).join("\n");
    if (maxTasks >= 10) for (let index = 0; index < 60; index++) expect(text).toContain(`number ${index}`);
  }
});

describe("laws", () => {
  const word = fc.constantFrom(
    ...[
      "build",
      "api",
      "with",
      ",",
      "and",
      "from",
      "to",
      "\n- ",
      "\n- [ ] ",
      "services",
      "etl",
      "predict",
      "ui",
      ".",
      "\n## Tasks\n",
    ],
    ...[
      "fix",
      "test",
      "docs",
      "fix:",
      "[Bug]",
      "<!--",
      "-->",
      "```",
      "> ",
      "認証",
      "für",
      "\u202e",
      "\u{e0041}",
      "at most",
      "0",
      "tasks",
      "x".repeat(200),
    ],
  );
  const text = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }),
    fc.array(word, { maxLength: 80 }).map((words) => words.join(" ")),
  );

  test("any goal gives a valid plan with known specialists, within the limit, always the same", () => {
    fc.assert(
      fc.property(
        text.filter((goal) => goal.trim() !== ""),
        text,
        fc.integer({ min: 1, max: 50 }),
        (goal, guidance, maxTasks) => {
          const tasks = plan(goal, { guidance, maxTasks });
          expect(apply(undefined, { kind: "plan", goal, tasks })).toMatchObject({ kind: "changed" });
          expect(tasks.length).toBeLessThanOrEqual(maxTasks);
          for (const { specialist } of tasks) expect(specialists.some(({ name }) => name === specialist)).toBe(true);
          expect(plan(goal, { guidance, maxTasks })).toEqual(tasks);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["brackets", "[".repeat(4_000)],
    ["links", "[a](".repeat(1_000)],
    ["commas", "a,".repeat(2_000)],
    ["prepositions", "Build an etl from to into ".repeat(145)],
    ["spaces", `Build${" ".repeat(3_900)}x`],
    ["dots", `Build it${". ".repeat(1_900)}x`],
    ["underscores", `a${"_".repeat(3_900)}b`],
    ["comments", "<!--".repeat(1_000)],
    ["closed comments", "<!---->".repeat(570)],
    ["bullets", "- a\n".repeat(1_000)],
    ["different bullets", Array.from({ length: 500 }, (_, index) => `- a${index}`).join("\n")],
    ["no and no", "no the ".repeat(570)],
    ["fences", "```\n".repeat(1_000)],
    ["colons", `${"a: ".repeat(1_300)}`],
    ["one word", "x".repeat(4_000)],
    ["tags", "\u{e0041}".repeat(2_000)],
    ["half pairs", "\ud800".repeat(4_000)],
  ])("hostile text does no harm and takes no time that grows with its square: %s", (_, goal) => {
    plan("warm up");
    // Time of the processor, not of the clock: others may use the machine too.
    const times = [1, 2, 3, 4, 5].map(() => {
      const before = process.cpuUsage();
      const tasks = plan(goal, { guidance: goal });
      const { user, system } = process.cpuUsage(before);
      expect(apply(undefined, { kind: "plan", goal, tasks })).toMatchObject({ kind: "changed" });
      return (user + system) / 1_000;
    });
    expect(Math.min(...times)).toBeLessThan(1_000);
  });
});
