import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { derive } from '../runtime/recorder.js';
import { scratch } from '../runtime/storage.js';
import type { Storage } from '../runtime/storage.js';
import { FEW_ROWS, PLAIN, grainOf, multiply, swaps } from './gemm.js';
import type { Product } from './gemm.js';

/** Columns of a unit where a whole B is packed. */
const PACKED_COLUMNS = 64;
/** Rows up to which packing is a share of a product that is worth keeping it in captured steps. */
const KEPT_ROWS = 64;

/**
 * Lends B, which is a part of `source`, packed to products of `p`'s kind and of up to its m rows; 0 where they do not pack it. A captured
 * step keeps it while its source does not change.
 */
export function sharePanels(p: Product, source: Storage, use: (panels: number) => void): void {
  const { dtype, m, n, k } = p;
  if (dtype !== 'float32' || p.batch.length > 0 || m <= FEW_ROWS || n === 1 || m * n * k <= PLAIN || swaps(p)) {
    return use(0);
  }
  scratch(4 * k * Math.ceil(n / 8) * 8, (ptr) => {
    const units = Math.ceil(n / PACKED_COLUMNS);
    const grain = grainOf(PACKED_COLUMNS * k);
    derive(ptr, source, () =>
      launch(kernels.gemmPack, null, ptr, p.b, n, k, p.bRow, p.bCol, PACKED_COLUMNS, units, grain),
    );
    use(ptr);
  });
}

/** A product of a captured step, where B is a part of `source`: few rows take B packed, which the step keeps. */
export function multiplyKept(p: Product, source: Storage): void {
  if (p.m <= KEPT_ROWS) sharePanels(p, source, (panels) => multiply(p, panels));
  else multiply(p);
}
