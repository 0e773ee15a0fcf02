import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';

/** Work of a slice that is worth a thread, in elements. */
const GRAIN = 8192;

/** n contiguous rows of `width` elements and their contiguous indices, for the `rows` rows of a result. */
export interface Rows {
  readonly n: number;
  readonly rows: number;
  readonly width: number;
  /** A row that stays 0. */
  readonly skip?: number;
  /** Whether sums are added to what is there. */
  readonly more?: boolean;
  /** The least index: 0, or -rows where negative ones count from the end. */
  readonly low?: number;
}

/**
 * y[row] = Σ v[i] over all i where index[i] is `row`, in the order of i. `v` and `index` are addresses. An index out of range adds nothing;
 * `sorted` runs the kernel that notes the first one, before anything is written.
 */
export function sumRows(
  y: TensorData,
  v: number,
  index: number,
  { n, rows, width, skip = -1, more = false, low = 0 }: Rows,
  sorted: (sort: (found: number) => void) => void = (sort) => sort(0),
): void {
  if (y.numel === 0) return;
  scratch(4 * (rows + 1 + n), (starts) => {
    const places = starts + 4 * (rows + 1);
    sorted((found) => launch(kernels.sortSegments, null, starts, places, index, found, n, low, rows, 1, 1));
    const grain = Math.max(1, Math.ceil((GRAIN * rows) / (width * (rows + n))));
    launch(kernels.sumSegments, y.dtype, y.ptr, v, starts, places, width, skip, Number(more), rows, grain);
  });
}

/** Whether bringing rows together costs less than it saves, where zeros or terms are in the result already. */
export function worthSorting({ n, rows, width }: Rows): boolean {
  return width >= 4 && 4 * rows <= n * width;
}
