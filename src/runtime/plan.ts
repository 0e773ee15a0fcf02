/** Memory that is in use from one job to another, both included, and where in the arena it lies. */
export interface Span {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  at: number;
}

/**
 * Gives spans their places so that no two of them that are in use at the same time share memory; answers the bytes that all need.
 * The largest come first, each into the gap that it fills best.
 *
 * Source: Pisarchyk & Lee 2020, "Efficient memory management for deep neural net inference" (greedy by size).
 */
export function planMemory(spans: readonly Span[]): number {
  const placed: Span[] = [];
  let total = 0;
  for (const span of [...spans].sort((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    let best = -1;
    let bestGap = Infinity;
    let end = 0;
    // `placed` is in the order of places.
    for (const other of placed) {
      if (other.last < span.first || other.first > span.last) continue;
      const gap = other.at - end;
      if (gap >= span.bytes && gap < bestGap) {
        best = end;
        bestGap = gap;
      }
      end = Math.max(end, other.at + other.bytes);
    }
    span.at = best < 0 ? end : best;
    total = Math.max(total, span.at + span.bytes);
    let index = placed.length;
    while (index > 0 && placed[index - 1]!.at > span.at) index--;
    placed.splice(index, 0, span);
  }
  return total;
}
