/** A stretch of memory, in use or free. */
export interface Block {
  /** Address in bytes, a multiple of 64. */
  readonly ptr: number;
  /** Size in bytes, a multiple of 64. */
  readonly bytes: number;
}

/** What takes a block back. */
export interface Home {
  free(block: Block): void;
}

interface Chunk extends Block {
  ptr: number;
  bytes: number;
  free: boolean;
  before: Chunk | null;
  after: Chunk | null;
  nextFree: Chunk | null;
  previousFree: Chunk | null;
}

const UNIT = 64;
/** log2 of the number of size classes between two powers of two. */
const STEPS_LOG2 = 4;
const STEPS = 1 << STEPS_LOG2;

/** The size class that holds chunks of `units` × 64 bytes. Classes are 1, 2 … 16 units, then 16 to each power of two. */
function classOf(units: number): number {
  if (units < STEPS) return units;
  const log = 31 - Math.clz32(units);
  return ((log - STEPS_LOG2 + 1) << STEPS_LOG2) + ((units >>> (log - STEPS_LOG2)) - STEPS);
}

/** The first class whose every chunk is at least `units` × 64 bytes. */
function classAtLeast(units: number): number {
  if (units < STEPS) return units;
  const log = 31 - Math.clz32(units);
  return classOf(units + (1 << (log - STEPS_LOG2)) - 1);
}

const CLASSES = classOf(0x7fffffff >>> 0) + 2;

/**
 * Two-level segregated fit: constant time, neighbours that are free are one chunk, growth at the end on demand.
 * It knows addresses only and never touches the memory.
 *
 * Source: Masmano, Ripoll, Crespo, Real, "TLSF: a new dynamic memory allocator for real-time systems", 2004.
 */
export class Allocator {
  /** Bytes handed out. */
  used = 0;
  /** The most bytes that were handed out at one time. */
  peak = 0;
  #end: number;
  #last: Chunk | null = null;
  readonly #grow: (bytes: number) => number;
  /** Descriptions of chunks that were merged into others, to be used again. */
  #spare: Chunk | null = null;
  readonly #heads: (Chunk | null)[] = new Array<Chunk | null>(CLASSES).fill(null);
  /** Bit i of word w says that class 32 w + i has a chunk. */
  readonly #present = new Int32Array(Math.ceil(CLASSES / 32));

  /**
   * @param start the first address that may be handed out
   * @param grow asked for at least so many more bytes behind the end; answers how many there are now, 0 where there are none
   */
  constructor(start: number, grow: (bytes: number) => number) {
    this.#end = Math.ceil(start / UNIT) * UNIT;
    this.#grow = grow;
  }

  /** Hands out at least `bytes` bytes, aligned to 64; null where there is no memory left. */
  alloc(bytes: number): Block | null {
    const units = Math.max(1, Math.ceil(bytes / UNIT));
    if (units > 0x3ffffff) return null;
    const chunk = this.#take(units) ?? this.#extend(units);
    if (!chunk) return null;
    this.#split(chunk, units * UNIT);
    chunk.free = false;
    this.used += chunk.bytes;
    if (this.used > this.peak) this.peak = this.used;
    return chunk;
  }

  /** Takes a block back. */
  free(block: Block): void {
    let chunk = block as Chunk;
    this.used -= chunk.bytes;
    const { before, after } = chunk;
    if (after?.free) {
      this.#remove(after);
      this.#merge(chunk, after);
    }
    if (before?.free) {
      this.#remove(before);
      this.#merge(before, chunk);
      chunk = before;
    }
    this.#insert(chunk);
  }

  #take(units: number): Chunk | null {
    const from = classAtLeast(units);
    let word = from >> 5;
    let bits = this.#present[word]! & (-1 << (from & 31));
    while (bits === 0) {
      word++;
      if (word >= this.#present.length) return null;
      bits = this.#present[word]!;
    }
    const chunk = this.#heads[(word << 5) + 31 - Math.clz32(bits & -bits)]!;
    this.#remove(chunk);
    return chunk;
  }

  /** Grows the memory; a free chunk at its end counts. */
  #extend(units: number): Chunk | null {
    const last = this.#last?.free ? this.#last : null;
    const wanted = units * UNIT - (last ? last.bytes : 0);
    const got = Math.floor(this.#grow(wanted) / UNIT) * UNIT;
    if (got < wanted) return null;
    const start = this.#end;
    this.#end += got;
    if (last) {
      this.#remove(last);
      last.bytes += got;
      return last;
    }
    const chunk = this.#describe(start, got);
    chunk.before = this.#last;
    if (this.#last) this.#last.after = chunk;
    this.#last = chunk;
    return chunk;
  }

  #split(chunk: Chunk, bytes: number): void {
    const rest = chunk.bytes - bytes;
    if (rest < UNIT) return;
    const tail = this.#describe(chunk.ptr + bytes, rest);
    tail.before = chunk;
    tail.after = chunk.after;
    if (chunk.after) chunk.after.before = tail;
    else this.#last = tail;
    chunk.after = tail;
    chunk.bytes = bytes;
    this.#insert(tail);
  }

  #merge(left: Chunk, right: Chunk): void {
    left.bytes += right.bytes;
    left.after = right.after;
    if (right.after) right.after.before = left;
    else this.#last = left;
    right.nextFree = this.#spare;
    this.#spare = right;
  }

  #describe(ptr: number, bytes: number): Chunk {
    const spare = this.#spare;
    if (!spare) return { ptr, bytes, free: false, before: null, after: null, nextFree: null, previousFree: null };
    this.#spare = spare.nextFree;
    spare.ptr = ptr;
    spare.bytes = bytes;
    spare.before = spare.after = spare.nextFree = null;
    return spare;
  }

  #insert(chunk: Chunk): void {
    const index = classOf(chunk.bytes / UNIT);
    const head = this.#heads[index]!;
    chunk.free = true;
    chunk.previousFree = null;
    chunk.nextFree = head;
    if (head) head.previousFree = chunk;
    this.#heads[index] = chunk;
    this.#present[index >> 5]! |= 1 << (index & 31);
  }

  #remove(chunk: Chunk): void {
    const index = classOf(chunk.bytes / UNIT);
    if (chunk.previousFree) chunk.previousFree.nextFree = chunk.nextFree;
    else {
      this.#heads[index] = chunk.nextFree;
      if (!chunk.nextFree) this.#present[index >> 5]! &= ~(1 << (index & 31));
    }
    if (chunk.nextFree) chunk.nextFree.previousFree = chunk.previousFree;
    chunk.nextFree = chunk.previousFree = null;
    chunk.free = false;
  }
}
