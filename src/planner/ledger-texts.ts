import { parseMarks } from "../wire/marks-yaml.ts";
import { parsePlan } from "../wire/plan-yaml.ts";
import { parseProposal } from "../wire/proposal-yaml.ts";
import { parseRecord } from "../wire/record-yaml.ts";
import { remembered } from "./remembered.ts";

/** A file of the ledger as a value, or CoppiceError ledger-invalid naming the path. */
type Reading<T> = (text: string, path: string) => T;

/** Characters of plans and of records that are remembered, each: a few hundred large ones. */
const many = 8_000_000;
const few = 1_000_000;

/** A file stays the same over many commits of the ledger, and one command looks at it several times: each text is read once. */
export const readPlanText: Reading<ReturnType<typeof parsePlan>> = remembered(parsePlan, many);
export const readRecordText: Reading<ReturnType<typeof parseRecord>> = remembered(parseRecord, many);
export const readProposalText: Reading<ReturnType<typeof parseProposal>> = remembered(parseProposal, few);
export const readMarksText: Reading<ReturnType<typeof parseMarks>> = remembered(parseMarks, few);
