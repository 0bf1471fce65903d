export interface LabelDefinition {
  /** At most 50 characters. */
  readonly name: string;
  /** Six hex digits, no #. */
  readonly color: string;
  /** At most 100 characters. */
  readonly description: string;
}

export interface Labels {
  /** Creates those that are missing; existing ones are left as people coloured them. Remembers what it made sure of. */
  ensure(labels: readonly LabelDefinition[]): Promise<void>;
  /** Many issues in one go (at most 10 mutations a request). */
  change(changes: readonly LabelChange[]): Promise<void>;
}

export interface LabelChange {
  readonly issue: { readonly number: number; readonly nodeId: string };
  readonly add: readonly string[];
  readonly remove: readonly string[];
}
