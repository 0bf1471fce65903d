import type { RootDatabase, Transaction } from "lmdb";

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
  /** Only rows whose next component of the key, a number that ends it, is above or below this. */
  readonly above?: number;
  readonly below?: number;
}

// Sorts after every string and number, so [...prefix, last] ends a range.
const last = Buffer.from([0xff]);

type Database = RootDatabase<unknown, (KeyPart | Buffer)[]>;

/** A typed table in the store, keyed by the row's `id`, with secondary indexes kept beside it; as it is, or as it was. */
export function table<Row extends { readonly id: number }, Index extends string>(
  database: Database,
  name: string,
  indexes: Readonly<Record<Index, Keys<Row>>>,
  past?: Transaction,
): Table<Row, Index> {
  const indexKey = (index: string, key: readonly KeyPart[]) => [`${name}.${index}`, ...key];
  const read = reader<Row>(database, { name, indexKey, past });
  const entriesOf = (row: Row) => {
    const names = Object.keys(indexes) as Index[];
    return names.flatMap((index) => indexes[index](row).map((key) => indexKey(index, key)));
  };
  const unlink = (row: Row | undefined) => {
    if (row !== undefined) for (const key of entriesOf(row)) database.removeSync(key);
  };
  return {
    ...read,
    put: (row) => {
      unlink(read.get(row.id));
      database.putSync([name, row.id], row);
      for (const key of entriesOf(row)) database.putSync(key, row.id);
      return row;
    },
    remove: (id) => {
      unlink(read.get(id));
      database.removeSync([name, id]);
    },
  };
}

function reader<Row extends { readonly id: number }>(
  database: Database,
  from: {
    name: string;
    indexKey: (index: string, key: readonly KeyPart[]) => (KeyPart | Buffer)[];
    /** Reads what was there when this began; the database prefers a write that is under way. */
    past?: Transaction;
  },
): Omit<Table<Row, string>, "put" | "remove"> {
  const { name, indexKey, past } = from;
  const then = { transaction: past };
  // The store is ours alone and written only through `put`, so what it holds under this name is a Row.
  const get = (id: number) => database.get([name, id], then) as Row | undefined;
  const bounds = (index: string, prefix: readonly KeyPart[], { above, below }: ListOptions = {}) => {
    const key = indexKey(index, prefix);
    // Ids are whole numbers: half of one beside them leaves out the bound itself, whichever way the range is walked.
    const start = above === undefined ? key : [...key, above + 0.5];
    return { start, end: [...key, below === undefined ? last : below - 0.5] };
  };
  return {
    get,
    find: (index, key) => {
      const id = database.get(indexKey(index, key), then);
      return typeof id === "number" ? get(id) : undefined;
    },
    list: (index, prefix, { reverse = false, limit, above, below } = {}) => {
      const { start, end } = bounds(index, prefix, { above, below });
      const range = reverse ? { start: end, end: start, reverse, limit, ...then } : { start, end, limit, ...then };
      return [...database.getRange(range)].flatMap((entry) => get(Number(entry.value)) ?? []);
    },
    count: (index, prefix) => database.getKeysCount({ ...bounds(index, prefix), ...then }),
  };
}
