// The table of parameters in the record of a job that works on many of them: their number, and for each of them 8 words, 6 pointers
// (0: none) and
//
//   +24  elements   +28  the number of chunks of this parameter and of those before it
//
// Units are chunks. What the pointers mean is the kernel's business.

/** Elements of a chunk. */
export const CHUNK: i32 = 4096;
/** Bytes of an entry. */
export const ENTRY: usize = 32;

/** The parameters of a group, and which part of one a unit is. */
export class Table {
  @inline static end(table: usize): usize {
    return table + 4 + <usize>load<i32>(table) * ENTRY;
  }

  /** The entry in which a chunk lies. */
  @inline static find(table: usize, chunk: i32): usize {
    let entry = table + 4;
    while (load<i32>(entry, 28) <= chunk) entry += ENTRY;
    return entry;
  }

  /** The first chunk of an entry. */
  @inline static first(table: usize, entry: usize): i32 {
    return entry == table + 4 ? 0 : load<i32>(entry - ENTRY, 28);
  }

  @inline static pointer(entry: usize, i: i32): usize {
    return <usize>load<u32>(entry + ((<usize>i) << 2));
  }
}
