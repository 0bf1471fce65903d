import { thingOf } from "./wording.ts";

/** The task before, or after, what is done in between. */
export interface Frame {
  readonly title: (subject: string) => string;
  /** One of the built-in specialists; otherwise whoever fits the goal. */
  readonly specialist?: string;
  readonly minutes: number;
  readonly description: string;
  readonly acceptance: readonly string[];
}

/** How a kind of request is gone about. */
export interface Approach {
  readonly first: Frame;
  readonly last: Frame;
  /** What the work in between says it is. */
  readonly work: string;
  /** The title of the work where the request is no order. */
  readonly report?: (subject: string) => string;
  readonly acceptance: readonly string[];
  /** What a request lists is done as parts of their own. */
  readonly parts: boolean;
  /** Known kinds of whole things are taken apart. */
  readonly kinds: boolean;
  /** Who does the work in between, whatever its words say. */
  readonly specialist?: string;
  /** Never does the work in between. */
  readonly never?: readonly string[];
  readonly minutes: number;
}

const allPass = "All tests pass";
const stillWorks = "What was there before still works";

/** Something new: design first, parts side by side, tests of it all last. */
export const build: Approach = {
  first: {
    title: (subject) => `Design: ${thingOf(subject)}`,
    minutes: 15,
    description:
      "Read what is there, then write down how the goal is reached: the parts, their interfaces, names, data model and files, so that the parts can be built side by side.",
    acceptance: ["A short document in the repository says what is built and how the parts fit together"],
  },
  work: "Do this part of the goal, as the design says",
  acceptance: ["It is covered by tests that pass", stillWorks],
  last: {
    title: (subject) => `Test it all together: ${thingOf(subject)}`,
    specialist: "test-engineer",
    minutes: 30,
    description:
      "Test the parts together, with the mistakes people make and the failures that happen, and mend what breaks.",
    acceptance: ["Tests go through the whole of it", allPass],
  },
  ...{ parts: true, kinds: true, minutes: 30 },
};

/** Something is broken: a test that shows it, the cause mended, the same fault looked for elsewhere. */
export const repair: Approach = {
  first: {
    title: (subject) => `Show the fault with a failing test: ${subject}`,
    specialist: "test-engineer",
    minutes: 15,
    description: "Find out when it happens and write a test that shows it, marked as expected to fail.",
    acceptance: ["The test fails for the reason described and for no other"],
  },
  work: "Find the cause and mend it there, not where it shows",
  report: (subject) => `Mend the fault: ${subject}`,
  acceptance: ["The test that shows the fault passes and is no longer marked", stillWorks],
  last: {
    title: () => "Test for the same fault elsewhere",
    specialist: "test-engineer",
    minutes: 20,
    description: "Search for places with the same cause, and test them.",
    acceptance: ["Every such place is tested", allPass],
  },
  ...{ parts: false, kinds: false, minutes: 30, never: ["test-engineer", "code-reviewer"] },
};

/** Inner shape changes, behaviour does not: it is pinned down first. */
export const refactor: Approach = {
  first: {
    title: (subject) => `Test what must stay as it is: ${subject}`,
    specialist: "test-engineer",
    minutes: 25,
    description:
      "Write tests of today's behaviour where there are none, so that a change of it would be seen, and write down the shape to be reached.",
    acceptance: ["What callers rely on is covered by tests that pass on today's code"],
  },
  work: "Change the inner shape in small steps, each with all tests passing; behaviour stays",
  acceptance: ["The tests of today's behaviour pass unchanged"],
  last: {
    title: (subject) => `Review and test the result: ${subject}`,
    specialist: "code-reviewer",
    minutes: 20,
    description: "Read the whole change, remove what nobody uses any more, and run everything.",
    acceptance: ["Nothing unused is left", allPass],
  },
  ...{ parts: true, kinds: false, minutes: 45, never: ["test-engineer", "code-reviewer"] },
};

/** Another version or another foundation: what breaks is found out first. */
export const upgrade: Approach = {
  first: {
    title: (subject) => `Find out what changes: ${subject}`,
    specialist: "specifications-engineer",
    minutes: 20,
    description:
      "Read the notes of every version in between, search the code for what is touched, and write down what has to change, in which order, and how to go back.",
    acceptance: ["A short document names every use that has to change, with its place"],
  },
  work: "Make the change and adapt every use of it",
  acceptance: ["No use of what is gone is left", allPass],
  last: {
    title: (subject) => `Test everything on the new ground: ${subject}`,
    specialist: "test-engineer",
    minutes: 30,
    description: "Run all tests and start the program for real; test what the change touches and no test covers.",
    acceptance: ["The program was started and used", allPass],
  },
  ...{ parts: true, kinds: false, minutes: 40, never: ["test-engineer"] },
};

/** Words about the program; its code stays. */
export const document: Approach = {
  first: {
    title: (subject) => `Outline the documentation: ${subject}`,
    specialist: "docs-writer",
    minutes: 15,
    description: "Find out who reads it, what they want to do and what is there already; write down what goes where.",
    acceptance: ["An outline names every page and what it answers"],
  },
  work: "Write this as the outline says, from what the code really does",
  acceptance: ["Every command and example in it was tried"],
  last: {
    title: (subject) => `Test the documentation's examples: ${subject}`,
    specialist: "test-engineer",
    minutes: 20,
    description: "Follow it from a clean start, word by word; correct what does not work or is not said.",
    acceptance: ["Somebody new reaches the end with nothing but the text", "No link is dead"],
  },
  ...{ parts: true, kinds: false, minutes: 30, specialist: "docs-writer" },
};

/** Tests of what is there. */
export const test: Approach = {
  first: {
    title: (subject) => `Find out what is not tested: ${subject}`,
    specialist: "test-engineer",
    minutes: 15,
    description:
      "Measure coverage, read the code for what would hurt most, and write down what is to be tested and how.",
    acceptance: ["A list names what is to be tested, most important first"],
  },
  work: "Write the tests the list asks for",
  acceptance: ["Each new test was seen to fail when the code was broken on purpose", allPass],
  last: {
    title: (subject) => `Run all tests again and steady them: ${subject}`,
    specialist: "test-engineer",
    minutes: 20,
    description: "Run the whole suite several times and in another order; mend tests that are slow or not steady.",
    acceptance: ["The suite passed several times in a row"],
  },
  ...{ parts: true, kinds: false, minutes: 35, specialist: "test-engineer" },
};
