import { afterAll, beforeAll, expect, it } from 'vitest';
import { WasmgradError, init, nn, shutdown, tensor } from '../src/index.js';
import type { DType, Tensor } from '../src/index.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

const SIZES = [3, 1, 0, 4096, 10000, 17];

function parameters(dtype: DType, scale: number): Tensor[] {
  return SIZES.map((n, which) => {
    const param = new nn.Parameter(tensor(Array<number>(n).fill(1), { dtype }));
    const values = Array.from({ length: n }, (_, i) => (scale * (((i * 7 + which * 3) % 11) - 5)) / 4);
    param.grad = tensor(values, { dtype });
    return param;
  });
}

const values = (params: readonly Tensor[]): number[] => params.flatMap((p) => [...p.grad!.toTypedArray()]);

it.each([
  ['float32', 2],
  ['float64', 2],
  ['float32', 1],
  ['float32', Infinity],
] as const)('scales %s gradients to a norm of order %d', (dtype, normType) => {
  for (const maxNorm of [0.5, 1e9]) {
    const params = parameters(dtype, 1);
    const before = values(params);
    const norm =
      normType === Infinity
        ? Math.max(...before.map(Math.abs))
        : before.reduce((sum, g) => sum + Math.abs(g) ** normType, 0) ** (1 / normType);
    const total = nn.utils.clipGradNorm_(params, maxNorm, { normType });
    const tolerance = dtype === 'float64' ? 1e-12 : 1e-6;
    expect(Math.abs(Number(total.item()) / norm - 1)).toBeLessThan(tolerance);
    const factor = Math.min(1, maxNorm / (norm + 1e-6));
    const worst = Math.max(...values(params).map((g, i) => Math.abs(g - before[i]! * factor)));
    expect(worst).toBeLessThanOrEqual(tolerance * 1.25 * factor);
  }
});

it('takes gradients that are not contiguous, and none at all', () => {
  const param = new nn.Parameter(tensor([1, 2, 3, 4]).reshape([2, 2]));
  param.grad = tensor([3, 0, 0, 4]).reshape([2, 2]).t();
  expect(Number(nn.utils.clipGradNorm_([param], 1).item())).toBeCloseTo(5, 5);
  expect(param.grad.toTypedArray()[0]).toBeCloseTo(0.6, 5);
  expect(Number(nn.utils.clipGradNorm_([new nn.Parameter(tensor([1]))], 1).item())).toBe(0);
});

it('throws for a norm that is not finite where that is asked for, and leaves the gradients alone', () => {
  const params = parameters('float32', 1);
  params[0]!.grad = tensor([NaN, 1, 2]);
  const clip = (): Tensor => nn.utils.clipGradNorm_(params, 1, { errorIfNonfinite: true });
  expect(clip).toThrow(WasmgradError);
  expect(params[1]!.grad!.tolist()).toEqual([-0.5]);
});
