/** Zeroes bytes: y[i] = 0. Units: bytes. */
export function zero(y: usize, begin: i32, end: i32): void {
  memory.fill(y + <usize>begin, 0, <usize>(end - begin));
}
