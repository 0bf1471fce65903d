import { z } from "zod";
import { type GivenLimits, limitNumbers } from "../limits/numbers.ts";

const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).transform((given) => [given].flat());

const chance = {
  /** Which part of what matches is hit, 0 to 1. */
  share: z.number().min(0).max(1).default(1),
  /** How often at most. */
  times: z.int().positive().optional(),
};

const ofRequests = {
  /** `POST /repos/{owner}/{repo}/issues`, `POST /graphql CreateIssues`; `*` stands for anything. Absent: every call of the API and of git. */
  route: names.optional(),
  ...chance,
};

const ofDeliveries = {
  /** `issues`, `issue_comment`, …; `*` stands for anything. Absent: every event. */
  event: names.optional(),
  ...chance,
};

/** The effect has not happened, or has happened and nobody hears of it; `either` leaves it to chance, half and half. */
const when = z.enum(["before", "after", "either"]).default("before");

// A day: what is longer is a slip of the pen.
const longest = 86_400_000;
const milliseconds = z.int().positive().max(longest);

const requestRule = z.discriminatedUnion(
  "fault",
  [
    z.strictObject({
      fault: z.literal("status"),
      status: z.literal([500, 502, 503, 504]).default(503),
      when,
      ...ofRequests,
    }),
    z.strictObject({ fault: z.literal("reset"), when, ...ofRequests }),
    /** Answers nothing for so long, then resets the connection. */
    z.strictObject({ fault: z.literal("timeout"), milliseconds: milliseconds.default(10_000), when, ...ofRequests }),
    /**
     * Refuses for a limit, and everything else of the same caller until it has passed: with `retry-after`, with
     * `x-ratelimit-remaining: 0` (`primary`), or with nothing but words (`secondary`).
     */
    z.strictObject({
      fault: z.literal("limited"),
      how: z.enum(["retry-after", "primary", "secondary"]),
      status: z.literal([403, 429]).optional(),
      seconds: z
        .int()
        .positive()
        .max(longest / 1_000)
        .default(60),
      /** Requests that come this soon after the refusal may have been on their way, and are no violation. */
      graceMilliseconds: z.int().nonnegative().max(longest).default(1_000),
      ...ofRequests,
    }),
    /** A read is answered from a state that is at most this old. */
    z.strictObject({ fault: z.literal("stale"), milliseconds, ...ofRequests }),
  ],
  { error: "fault must be status, reset, timeout, limited or stale" },
);

const deliveryRule = z.discriminatedUnion(
  "fault",
  [
    /** Never sent; it is listed as timed out, or not at all. */
    z.strictObject({ fault: z.literal("drop"), listed: z.boolean().default(true), ...ofDeliveries }),
    z.strictObject({ fault: z.literal("double"), ...ofDeliveries }),
    z.strictObject({ fault: z.literal("delay"), milliseconds, ...ofDeliveries }),
    /** Each waits a time of its own up to this, so that they overtake each other. */
    z.strictObject({ fault: z.literal("shuffle"), milliseconds, ...ofDeliveries }),
  ],
  { error: "fault must be drop, double, delay or shuffle" },
);

/** What a plan of faults may say. */
export const faultPlanSchema = z.strictObject({
  /** The same seed and the same order of requests give the same faults. */
  seed: z.int().default(1),
  requests: z.array(requestRule).default([]),
  deliveries: z.array(deliveryRule).default([]),
  /** GitHub's limits are kept; absent: there are none. */
  limits: limitNumbers.optional(),
});

/** How the forge is to misbehave, as somebody writes it. */
export type FaultPlan = Omit<z.input<typeof faultPlanSchema>, "limits"> & { readonly limits?: GivenLimits };
/** The same with everything filled in. */
export type Faultiness = z.output<typeof faultPlanSchema>;
export type RequestRule = z.output<typeof requestRule>;
export type DeliveryRule = z.output<typeof deliveryRule>;
/** Before the effect or after it. */
export type Moment = "before" | "after";
