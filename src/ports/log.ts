/** Structured log lines: fields first, then a sentence. Fields never hold secrets or foreign bodies. pino fits it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
