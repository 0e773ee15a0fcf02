/** What a row may lose. */
export const LOSS = 0.25;

/** The best time of wasmgrad's ways, in units of what the peak does in that time: clocks cancel. */
function cost({ bytes, best, peak }) {
  return Math.min(best.wasmgrad, best.captured ?? Infinity) * (bytes ? peak.gbytes : peak.gflops);
}

/**
 * Prints how much faster each row is than in saved results, both relative to the peak of their own run.
 *
 * @returns {string[]} the rows that lost more than 25 %
 */
export function compare(report, saved) {
  const before = new Map(saved.rows.map((row) => [row.id, row]));
  const lost = [];
  for (const row of report.rows) {
    const old = before.get(row.id);
    if (!old) continue;
    const ratio = cost(old) / cost(row);
    const isLost = ratio < 1 - LOSS;
    if (isLost) lost.push(row.id);
    console.log(`${ratio.toFixed(2)}×  ${row.id}${isLost ? '  LOST' : ''}`);
  }
  return lost;
}
