import { afterAll, beforeAll, expect, test } from 'vitest';
import { arange, init, shutdown } from '../src/index.js';
import type { Tensor } from '../src/index.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

/** Lines that lie side by side (29: three times eight and five) give the bits of lines that lie alone. */
for (const dtype of ['float32', 'float64'] as const) {
  for (const name of ['cumsum', 'cumprod'] as const) {
    test(`${name} over the first dim, and its gradient: ${dtype}`, () => {
      const make = (): Tensor => {
        const x = arange(3 * 11 * 29)
          .to(dtype)
          .mul(0.7)
          .sin()
          .add(1.1)
          .reshape([3, 11, 29]);
        x.requiresGrad = true;
        return x;
      };
      const [x, z] = [make(), make()];
      const y = x[name](1);
      const alone = z.transpose(1, 2).contiguous()[name](2).transpose(1, 2);
      expect(y.tolist()).toEqual(alone.tolist());
      y.square().sum().backward();
      alone.square().sum().backward();
      expect(x.grad!.tolist()).toEqual(z.grad!.tolist());
    });
  }
}
