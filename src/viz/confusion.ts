import { IndexError, ShapeError } from '../core/errors.js';

/**
 * Counts how often class i (row) was taken for class j (column).
 *
 * Shapes: target, predicted [N] of whole numbers in 0 … classes - 1 → [classes, classes]
 *
 * @throws ShapeError when the lengths differ; IndexError when a class is out of range
 * @example
 * ```ts
 * import { confusionMatrix } from 'wasmgrad/viz';
 * confusionMatrix([0, 1, 1], [0, 1, 0], 2); // [[1, 0], [1, 1]]
 * ```
 */
export function confusionMatrix(target: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  if (target.length !== predicted.length) {
    throw new ShapeError(
      `confusionMatrix: lengths differ, got target [${target.length}], predicted [${predicted.length}]`,
    );
  }
  const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let i = 0; i < target.length; i++) {
    const row = matrix[target[i]!];
    if (row?.[predicted[i]!] === undefined) {
      throw new IndexError(
        `confusionMatrix: sample ${i} has target ${target[i]} and prediction ${predicted[i]}, expected 0 … ${classes - 1}`,
      );
    }
    row[predicted[i]!]!++;
  }
  return matrix;
}

/**
 * Formats a confusion matrix as a table, with the share of each class that was recognised (its recall) at the right.
 * Zeros are drawn as dots, so that mistakes stand out.
 *
 * @param labels the classes' names; 0, 1, 2 … by default
 * @throws ShapeError when the matrix is not square or the labels are not as many
 * @example
 * ```ts
 * import { confusionTable } from 'wasmgrad/viz';
 * confusionTable([[9, 1], [0, 10]], ['cat', 'dog']);
 * //       cat  dog  recall
 * // cat    9    1   90.0 %
 * // dog    ·   10  100.0 %
 * ```
 */
export function confusionTable(
  matrix: readonly (readonly number[])[],
  labels: readonly string[] = matrix.map((_, i) => String(i)),
): string {
  const n = matrix.length;
  if (labels.length !== n || matrix.some((row) => row.length !== n)) {
    throw new ShapeError(
      `confusionTable: expected ${n} rows of ${n} counts and ${n} labels, got ${labels.length} labels`,
    );
  }
  const digits = Math.max(0, ...matrix.flat().map((count) => String(count).length));
  const width = Math.max(digits, ...labels.map((label) => label.length));
  const rowWidth = Math.max(0, ...labels.map((label) => label.length));
  const head = [' '.repeat(rowWidth), ...labels.map((label) => label.padStart(width)), 'recall'].join('  ');
  const rows = matrix.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const recall = total > 0 ? `${((100 * row[i]!) / total).toFixed(1)} %` : '-';
    const counts = row.map((count) => (count === 0 ? '·' : String(count)).padStart(width));
    return [labels[i]!.padEnd(rowWidth), ...counts, recall.padStart(7)].join('  ');
  });
  return [head, ...rows].join('\n');
}
