import { z } from "zod";

const atMost = (number: number) => z.int().positive().default(number);

const numbers = z.strictObject(
  {
    /** Requests an hour of a person, an app or an installation, for REST and again for GraphQL. */
    primary: atMost(5_000),
    /** The same for strangers. */
    anonymous: atMost(60),
    /** Points a minute: a read costs 1, a write 5. */
    restPoints: atMost(900),
    graphqlPoints: atMost(2_000),
    /** Issues, comments, pulls, reviews and dependency edges made, by REST and GraphQL together. */
    contentsPerMinute: atMost(80),
    contentsPerHour: atMost(500),
    /** Requests under way at once. */
    atOnce: atMost(100),
    /** Mutations of one request that take effect; those after them fail. */
    mutations: atMost(10),
  },
  { error: ({ code }) => (code === "invalid_type" ? "must be github, or a mapping of numbers" : undefined) },
);

/** GitHub's own. */
export const numbersOfGithub = numbers.parse({});

/** GitHub's limits; `github` stands for its own numbers, and a test may give smaller ones. */
export const limitNumbers = z.preprocess((given) => (given === "github" ? numbersOfGithub : given), numbers);

/** As somebody writes them. */
export type GivenLimits = "github" | z.input<typeof numbers>;
export type LimitNumbers = z.output<typeof numbers>;
