/** A kind of expertise: who it is for people and planner, the words that call for it, and its instructions to an agent. */
export interface Specialist {
  /** Letters, digits and dashes, at most 80. */
  readonly name: string;
  /** What it is for, one line, at most 500 characters. */
  readonly description: string;
  /** Words and phrases; one that ends in `*` stands for everything that begins so. */
  readonly keywords: readonly string[];
  /** Markdown, at most 16,000 characters. */
  readonly instructions: string;
  /** What its definition says it may use, where it says so. */
  readonly tools?: readonly string[];
  readonly model?: string;
  /** `built-in`, or the file of the target repository it comes from. */
  readonly source: string;
}
