/** An index read from memory, where a negative one counts from the end. */
export class Index {
  @inline static at(pointer: usize, size: i32): i32 {
    const i = load<i32>(pointer);
    return i < 0 ? i + size : i;
  }

  /** The index at `pointer` in 0 … size-1, or -1 where it is not in low … size-1 (low is 0, or -size where negative ones count). */
  @inline static from(pointer: usize, low: i32, size: i32): i32 {
    const i = load<i32>(pointer);
    if (<u32>(i - low) >= <u32>(size - low)) return -1;
    return i < 0 ? i + size : i;
  }

  @inline static inside(i: i32, size: i32): bool {
    return <u32>i < <u32>size;
  }

  /**
   * Leaves the index `at` of place i, out of range, in the two words of `found` (0: nobody looks): [2³¹ - 1 - i, at], where [0, 0] is none.
   * Of several the first place stays, whichever thread comes first.
   */
  static note(found: usize, i: i32, at: i32): void {
    if (found == 0) return;
    const mine = ((<u64>(<u32>at)) << 32) | (<u64>(i32.MAX_VALUE - i));
    let there = atomic.load<u64>(found);
    while (<u32>mine > <u32>there) {
      const seen = atomic.cmpxchg<u64>(found, there, mine);
      if (seen == there) return;
      there = seen;
    }
  }
}
