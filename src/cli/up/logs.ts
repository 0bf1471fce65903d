import { createWriteStream, type WriteStream } from "node:fs";
import pino, { type Logger } from "pino";

/** Characters that may wait for a disk that takes no more; what is logged beyond is lost. */
const mostWaiting = 4_000_000;

/** Tells people, once, of something that goes on failing. */
export type Complaint = (error: Error) => void;

/** One line on stderr the first time, nothing afterwards. */
export function complainOnce(
  what: string,
  write: (line: string) => unknown = (line) => process.stderr.write(line),
): Complaint {
  let said = false;
  return (error) => {
    if (!said) write(`coppice: ${what}: ${error.message}\n`);
    said = true;
  };
}

/** Our own log in a file; a disk that is full loses lines and ends nothing. */
export function fileLog(path: string, complain = complainOnce(`${path} cannot be written`)): Logger {
  const file = pino.destination({ dest: path, mkdir: true, sync: false, mode: 0o600, maxLength: mostWaiting });
  file.on("error", complain);
  return pino({ level: "info" }, file);
}

/** A file that others' words are added to; after its first error it takes nothing more. */
export function openLogFile(path: string, complain: Complaint): WriteStream {
  return createWriteStream(path, { flags: "a", mode: 0o600 }).on("error", complain);
}
