/** Elements of a chunk, the unit of work of kernels that take a table. */
const CHUNK = 4096;
/** Words of an entry. */
const ENTRY = 8;
/** Entries that a job's record has room for. */
const MOST = 1024;

/** Chunks that make a slice worth a thread. */
export const TABLE_GRAIN = 2;

/**
 * Many tensors of one dtype for one job: their number, then 8 words for each, of which the first 6 are pointers (0: none) and the
 * others its elements and the chunks so far (assembly/table.ts). It is copied into the job's record.
 */
export class Table {
  readonly #words: number[] = [0];
  #count = 0;
  #chunks = 0;

  /** The words for the record. */
  get words(): readonly number[] {
    this.#words.length = 1 + this.#count * ENTRY;
    this.#words[0] = this.#count;
    return this.#words;
  }

  /** How many chunks there are in all. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Whether it must be cleared before more is added. */
  get full(): boolean {
    return this.#count === MOST;
  }

  /** Forgets the entries. */
  clear(): void {
    this.#count = 0;
    this.#chunks = 0;
  }

  /** Adds a tensor of `elements` elements. */
  add(elements: number, a: number, b = 0, c = 0, d = 0, e = 0, f = 0): void {
    const words = this.#words;
    const at = 1 + this.#count * ENTRY;
    this.#count++;
    this.#chunks += Math.ceil(elements / CHUNK);
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
    words[at + 4] = e;
    words[at + 5] = f;
    words[at + 6] = elements;
    words[at + 7] = this.#chunks;
  }
}
