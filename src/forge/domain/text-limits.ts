import { validationFailed } from "../http/errors.ts";

/** UTF-16 units GitHub takes in one body. */
export const bodyLimit = 65_536;
/** UTF-16 units GitHub takes in a title. */
export const titleLimit = 256;

/** Whether a body fits. */
export function fits(body: string | null | undefined): boolean {
  return (body ?? "").length <= bodyLimit;
}

/** 422 unless the body fits. */
export function checkBody(resource: string, body: string | null | undefined): void {
  if (fits(body)) return;
  const message = `body is too long (maximum is ${bodyLimit} characters)`;
  throw validationFailed({ resource, field: "body", code: "custom", message });
}

/** 422 unless the title says something and fits. */
export function checkTitle(resource: string, title: string): void {
  if (title.trim() === "") throw validationFailed({ resource, field: "title", code: "missing_field" });
  if (title.length <= titleLimit) return;
  const message = `title is too long (maximum is ${titleLimit} characters)`;
  throw validationFailed({ resource, field: "title", code: "custom", message });
}
