import type { RootDatabase } from "lmdb";

/** One component of an ordered key. */
export type KeyPart = string | number;

/** The keys under which an index finds a row: none, one, or many; no two rows may share a key. */
export type Keys<Row> = (row: Row) => readonly (readonly KeyPart[])[];

export interface Table<Row extends { readonly id: number }, Index extends string> {
  get(id: number): Row | undefined;
  /** The row whose index key is exactly `key`. */
  find(index: Index, key: readonly KeyPart[]): Row | undefined;
  /** The rows whose index key starts with `prefix`, in key order. */
  list(index: Index, prefix: readonly KeyPart[], options?: ListOptions): Row[];
  /** How many rows `list` would give. */
  count(index: Index, prefix: readonly KeyPart[]): number;
  /** Adds or replaces the row and its index entries; only inside a transaction. */
  put(row: Row): Row;
  remove(id: number): void;
}

export interface ListOptions {
  readonly reverse?: boolean;
  readonly limit?: number;
}

// Sorts after every string and number, so [...prefix, last] ends a range.
const last = Buffer.from([0xff]);

/** A typed table in the store, keyed by the row's `id`, with secondary indexes kept beside it. */
export function table<Row extends { readonly id: number }, Index extends string>(
  database: RootDatabase<unknown, (KeyPart | Buffer)[]>,
  name: string,
  indexes: Readonly<Record<Index, Keys<Row>>>,
): Table<Row, Index> {
  const names = Object.keys(indexes) as Index[];
  const rowKey = (id: number) => [name, id];
  const indexKey = (index: Index, key: readonly KeyPart[]) => [`${name}.${index}`, ...key];
  // The store is ours alone and written only through `put`, so what it holds under this name is a Row.
  const get = (id: number) => database.get(rowKey(id)) as Row | undefined;

  const unlink = (row: Row) => {
    for (const index of names) {
      for (const key of indexes[index](row)) database.removeSync(indexKey(index, key));
    }
  };

  return {
    get,
    find: (index, key) => {
      const id = database.get(indexKey(index, key));
      return typeof id === "number" ? get(id) : undefined;
    },
    list: (index, prefix, { reverse = false, limit } = {}) => {
      const low = indexKey(index, prefix);
      const high = [...low, last];
      const range = reverse ? { start: high, end: low, reverse, limit } : { start: low, end: high, limit };
      const ids = [...database.getRange(range)].map((entry) => entry.value as number);
      return ids.flatMap((id) => get(id) ?? []);
    },
    count: (index, prefix) => {
      const start = indexKey(index, prefix);
      return database.getKeysCount({ start, end: [...start, last] });
    },
    put: (row) => {
      const before = get(row.id);
      if (before !== undefined) unlink(before);
      database.putSync(rowKey(row.id), row);
      for (const index of names) {
        for (const key of indexes[index](row)) database.putSync(indexKey(index, key), row.id);
      }
      return row;
    },
    remove: (id) => {
      const before = get(id);
      if (before === undefined) return;
      unlink(before);
      database.removeSync(rowKey(id));
    },
  };
}
