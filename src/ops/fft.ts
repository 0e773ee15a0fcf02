import { sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { Op } from './op.js';

/** The sign of the exponent, and a factor of the result. */
export interface DftParams {
  readonly sign: 1 | -1;
  readonly scale: number;
}

/** The largest prime factor that the kernel takes as it is. */
const DIRECT = 13;

/** Tells whether n has no prime factor above `DIRECT`. */
function isSmooth(n: number): boolean {
  let rest = n;
  for (let p = 2; p <= DIRECT; p++) while (rest % p === 0) rest /= p;
  return rest === 1;
}

const GRAIN = 1 << 14;

/** y[k] = scale·Σⱼ x[j]·e^(sign·2πi·jk/n) along the last dim but one of pairs [..., n, 2] in float64. */
export const dft: Op<DftParams> = {
  name: 'fft',
  args: ['input'],
  infer: ([x]) => ({ shape: x.shape, dtype: 'float64' }),
  forward: ([y], [x], { sign, scale }) => {
    const n = x.shape.at(-2)!;
    const rows = sizeOf(x.shape.slice(0, -2));
    if (y.numel === 0) return;
    const grain = Math.max(1, Math.floor(GRAIN / n));
    if (isSmooth(n)) {
      scratch(16 * n, (w) => {
        launch(kernels.twiddlesF64, null, w, n, sign, n, GRAIN);
        scratch(32 * n * rows, (work) => launch(kernels.dftF64, null, y.ptr, x.ptr, w, work, n, scale, rows, grain));
      });
      return;
    }
    const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
    scratch(16 * (2 * m + n), (w) => {
      const b = w + 16 * m;
      const chirp = b + 16 * m;
      launch(kernels.twiddlesF64, null, w, m, -1, m, GRAIN);
      scratch(32 * m * rows, (work) => {
        launch(kernels.chirpF64, null, chirp, b, w, work, n, m, sign, 1, 1);
        launch(kernels.chirpDftF64, null, y.ptr, x.ptr, w, chirp, b, work, n, m, scale, rows, grain);
      });
    });
  },
  backward: (ctx, dy) => [ctx.apply(dft, [dy], { sign: ctx.params.sign === 1 ? -1 : 1, scale: ctx.params.scale })],
};
