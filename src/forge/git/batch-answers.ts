/** What is known of an object without its bytes. */
export interface ObjectInfo {
  readonly oid: string;
  readonly type: "commit" | "tree" | "blob" | "tag";
  /** Bytes. */
  readonly size: number;
}

export interface GitObject extends ObjectInfo {
  readonly content: Buffer;
}

/** Takes apart what `git cat-file --batch-command` prints: one answer for each question, in their order. */
export interface BatchAnswers {
  /** The answer to the question that is about to be asked; undefined when there is no such object. */
  next(command: "info" | "contents"): Promise<GitObject | undefined>;
  /** False when the output is none that can be understood, or an object is too large. */
  take(chunk: Buffer): boolean;
  /** Fails every question that is open. */
  fail(error: Error): void;
  /** Questions that are open. */
  waiting(): number;
}

interface Question {
  readonly command: "info" | "contents";
  readonly resolve: (answer: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

// Bytes; an object is held in memory as a whole.
const largest = 256 * 1024 * 1024;
const header = /^([0-9a-f]{40}) (commit|tree|blob|tag) (\d+)$/;

export function batchAnswers(): BatchAnswers {
  const questions: Question[] = [];
  let chunks: Buffer[] = [];
  let held = 0;
  // Bytes that must be there before looking again is of any use.
  let needed = 0;

  const look = (buffer: Buffer): { used: number; needed: number } | undefined => {
    let used = 0;
    while (questions[0] !== undefined) {
      const end = buffer.indexOf(10, used);
      if (end < 0) break;
      const found = parse(buffer.toString("latin1", used, end));
      const size = found !== undefined && questions[0].command === "contents" ? found.size : undefined;
      if (size !== undefined && size > largest) return undefined;
      const next = size === undefined ? end + 1 : end + 1 + size + 1;
      if (next > buffer.length) return { used, needed: next - used };
      const content = size === undefined ? nothing : buffer.subarray(end + 1, end + 1 + size);
      questions.shift()?.resolve(found && { ...found, content });
      used = next;
    }
    return { used, needed: 0 };
  };

  return {
    next: (command) => new Promise((resolve, reject) => questions.push({ command, resolve, reject })),
    take: (chunk) => {
      chunks.push(chunk);
      held += chunk.length;
      if (held < needed) return true;
      const buffer = chunks.length === 1 ? chunk : Buffer.concat(chunks);
      const looked = look(buffer);
      if (looked === undefined) return false;
      chunks = looked.used === buffer.length ? [] : [buffer.subarray(looked.used)];
      held = buffer.length - looked.used;
      needed = looked.needed;
      // What nobody asked for belongs to no question: the two have lost step.
      return questions.length > 0 || held === 0;
    },
    fail: (error) => {
      for (const question of questions.splice(0)) question.reject(error);
    },
    waiting: () => questions.length,
  };
}

const nothing = Buffer.alloc(0);

/** `<oid> <type> <size>`; anything else (`<revision> missing`, `… ambiguous`) is a no. */
function parse(line: string): Omit<GitObject, "content"> | undefined {
  const [, oid = "", type = "", size = ""] = header.exec(line) ?? [];
  if (type !== "commit" && type !== "tree" && type !== "blob" && type !== "tag") return undefined;
  return { oid, type, size: Number(size) };
}
