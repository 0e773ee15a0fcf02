import { afterAll, beforeAll, expect, it } from 'vitest';
import { init, manualSeed, randint, randn, scope, shutdown, tensor } from '../src/index.js';
import type { Tensor } from '../src/index.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

it('selects what a stable sort puts first, at every k, with equal elements, NaN and infinities', () => {
  manualSeed(4);
  const special = tensor([NaN, 1, -Infinity, Infinity, NaN, 1, 0, -0, 1, Infinity, -3, NaN]).reshape([1, 12]);
  const inputs: (() => Tensor)[] = [
    () => randn([3, 40]),
    () => randint(0, 5, [4, 65]).to('float32'),
    () => randint(-9, 9, [2, 300], { dtype: 'int32' }),
    () => randn([2, 700]).to('float64'),
    () => special,
  ];
  for (const input of inputs) {
    const x = input();
    const n = x.shape[1]!;
    for (const largest of [true, false]) {
      const [values, order] = x.sort(-1, { descending: largest, stable: true });
      for (let k = 1; k <= n; k += n < 70 ? 1 : 37) {
        scope(() => {
          const [top, places] = x.topk(k, -1, largest);
          expect(top.tolist()).toEqual(values.narrow(1, 0, k).tolist());
          expect(places.tolist()).toEqual(order.narrow(1, 0, k).tolist());
        });
      }
    }
  }
});
