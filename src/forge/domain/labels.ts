import { type FieldError, validationFailed } from "../http/errors.ts";
import type { Label } from "../model/label.ts";
import { nodeId } from "../model/node-id.ts";
import { atLeast } from "../model/repository.ts";
import { presentLabel } from "../present/label.ts";
import { tell, type Writing } from "./writing.ts";

// GitHub's limits, in UTF-16 units.
const nameLimit = 50;
const descriptionLimit = 100;

export interface LabelFields {
  readonly name: string;
  /** Six hexadecimal digits, with or without a hash. */
  readonly color?: string;
  readonly description?: string | null;
}

/** Makes a label; 422 when the name is taken (without regard to case) or something does not fit. Inside a transaction. */
export function createLabel(writing: Writing, fields: LabelFields): Label {
  const { site, repository } = writing;
  const { name, color = "ededed", description = null } = fields;
  check(writing, { name, color, description }, undefined);
  const id = site.store.nextId();
  const row = { id, nodeId: nodeId("label", id), repositoryId: repository.id, default: false };
  const label = site.store.labels.put({ ...row, name, color: plainColor(color), description });
  tell(writing, "label", { action: "created", fields: { label: presentLabel(site, repository, label) } });
  return label;
}

/** Changes a label; what is not given stays. Inside a transaction. */
export function updateLabel(writing: Writing, label: Label, fields: Partial<LabelFields>): Label {
  const { site, repository } = writing;
  const { name = label.name, color = label.color, description = label.description } = fields;
  check(writing, { name, color, description }, label);
  const next = site.store.labels.put({ ...label, name, color: plainColor(color), description });
  const changes = {
    ...(next.name === label.name ? {} : { name: { from: label.name } }),
    ...(next.color === label.color ? {} : { color: { from: label.color } }),
    ...(next.description === label.description ? {} : { description: { from: label.description ?? "" } }),
  };
  if (Object.keys(changes).length > 0) {
    tell(writing, "label", { action: "edited", fields: { label: presentLabel(site, repository, next), changes } });
  }
  return next;
}

/** Deletes a label and takes it off every issue. Inside a transaction. */
export function deleteLabel(writing: Writing, label: Label): void {
  const { site, repository } = writing;
  const { store } = site;
  for (const issue of store.issues.list("byLabel", [label.id])) {
    store.issues.put({ ...issue, labelIds: issue.labelIds.filter((id) => id !== label.id) });
  }
  tell(writing, "label", { action: "deleted", fields: { label: presentLabel(site, repository, label) } });
  store.labels.remove(label.id);
}

/**
 * The ids of labels named so (without regard to case); a name nobody has used yet becomes a label when the
 * writer may push, and is dropped otherwise, as on GitHub. Inside a transaction.
 */
export function labelIdsByName(writing: Writing, names: readonly string[]): number[] {
  const { site, repository, role } = writing;
  return names.flatMap((name) => {
    const held = site.store.labels.find("byName", [repository.id, name.toLowerCase()]);
    if (held !== undefined) return [held.id];
    return atLeast(role, "write") ? [createLabel(writing, { name }).id] : [];
  });
}

function check(writing: Writing, fields: Required<LabelFields>, self: Label | undefined): void {
  const { site, repository } = writing;
  const wrong = (field: string, code: FieldError["code"], message?: string) =>
    validationFailed({ resource: "Label", field, code, ...(message === undefined ? {} : { message }) });
  if (fields.name.trim() === "") throw wrong("name", "missing_field");
  if (fields.name.length > nameLimit) {
    throw wrong("name", "custom", `name is too long (maximum is ${nameLimit} characters)`);
  }
  if (!/^#?[0-9a-f]{6}$/i.test(fields.color)) throw wrong("color", "invalid");
  if ((fields.description ?? "").length > descriptionLimit) {
    throw wrong("description", "custom", `description is too long (maximum is ${descriptionLimit} characters)`);
  }
  const held = site.store.labels.find("byName", [repository.id, fields.name.toLowerCase()]);
  if (held !== undefined && held.id !== self?.id) throw wrong("name", "already_exists");
}

function plainColor(color: string): string {
  return color.replace("#", "").toLowerCase();
}
