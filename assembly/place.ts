/** An index in 0 … size-1 from one that may be negative. */
export class Index {
  @inline static at(pointer: usize, size: i32): i32 {
    const i = load<i32>(pointer);
    return i < 0 ? i + size : i;
  }

  @inline static inside(i: i32, size: i32): bool {
    return <u32>i < <u32>size;
  }
}
