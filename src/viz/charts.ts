import { ShapeError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';

const eighthsWide = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const eighthsHigh = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Options of {@link bars}. */
export interface BarsOptions {
  /** The length of the longest possible bar, in characters. Default 30. */
  readonly width?: number;
  /** The value of a full bar. Default: the largest value. */
  readonly max?: number;
  /** How a value is written behind its bar. Default: three significant digits. */
  readonly format?: (value: number) => string;
}

/**
 * Draws values as horizontal bars, one a line, to an eighth of a character. What is not above 0, and NaN, has no bar.
 *
 * @throws ShapeError when there are not as many labels as values
 * @example
 * ```ts
 * import { bars } from 'wasmgrad/viz';
 * bars(['cat', 'dog'], [1, 3], { width: 6 });
 * // cat ██     1
 * // dog ██████ 3
 * ```
 */
export function bars(labels: readonly string[], values: ArrayLike<number>, options: BarsOptions = {}): string {
  checkOptions('bars', options, ['width', 'max', 'format']);
  if (labels.length !== values.length) {
    throw new ShapeError(
      `bars: expected as many labels as values, got labels [${labels.length}], values [${values.length}]`,
    );
  }
  const { width = 30, format = (value): string => String(Number(value.toPrecision(3))) } = options;
  const list = Array.from(values);
  const max = options.max ?? Math.max(0, ...list.filter(Number.isFinite));
  const labelWidth = Math.max(0, ...labels.map((label) => label.length));
  return list
    .map((value, i) => {
      const share = max > 0 && value > 0 ? Math.min(value / max, 1) : 0;
      const eighths = Math.round(share * width * 8);
      const bar = '█'.repeat(eighths >> 3) + eighthsWide[eighths & 7]!;
      return `${labels[i]!.padEnd(labelWidth)} ${bar.padEnd(width)} ${format(value)}`;
    })
    .join('\n');
}

/** Options of {@link sparkline}. */
export interface SparklineOptions {
  /** The number of characters; more values than that are averaged in groups. Default 60. */
  readonly width?: number;
}

/**
 * Draws a series of numbers, such as the loss of a training, as one line of blocks from the least to the greatest. NaN and ±inf are gaps.
 *
 * @example
 * ```ts
 * import { sparkline } from 'wasmgrad/viz';
 * sparkline([3, 2, 1, 0]); // '█▆▃▁'
 * ```
 */
export function sparkline(values: ArrayLike<number>, options: SparklineOptions = {}): string {
  checkOptions('sparkline', options, ['width']);
  const columns = Math.min(options.width ?? 60, values.length);
  const means = Array.from({ length: columns }, (_, i) => {
    const begin = Math.floor((i * values.length) / columns);
    const end = Math.floor(((i + 1) * values.length) / columns);
    let sum = 0;
    for (let j = begin; j < end; j++) sum += values[j]!;
    return sum / (end - begin);
  });
  const finite = means.filter(Number.isFinite);
  const min = Math.min(...finite);
  const range = Math.max(...finite) - min;
  return means
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      return eighthsHigh[range > 0 ? Math.round(((value - min) / range) * 7) : 0]!;
    })
    .join('');
}
