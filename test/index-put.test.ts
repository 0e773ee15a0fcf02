import { afterAll, beforeAll, expect, test } from 'vitest';
import { init, noGrad, shutdown, slice, tensor, zeros } from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

test('indexPut writes into the tensor and returns it', () => {
  const x = zeros([2, 3]);
  expect(x.indexPut([0, slice(1)], tensor([1, 2]))).toBe(x);
  expect(x.tolist()).toEqual([
    [0, 1, 2],
    [0, 0, 0],
  ]);
});

test('indexPut writes through a view', () => {
  const x = zeros([2, 3]);
  x.select(0, 1).indexPut([tensor([0, 2], { dtype: 'int32' })], 5);
  expect(x.tolist()).toEqual([
    [0, 0, 0],
    [5, 0, 5],
  ]);
});

test('where the tape follows the tensor, indexPut gives a changed copy and both gradients', () => {
  const x = tensor([1, 2, 3], { requiresGrad: true });
  const v = tensor([7], { requiresGrad: true });
  const y = x.indexPut([tensor([1], { dtype: 'int32' })], v);
  expect(x.tolist()).toEqual([1, 2, 3]);
  expect(y.tolist()).toEqual([1, 7, 3]);
  y.mul(tensor([1, 10, 100]))
    .sum()
    .backward();
  expect(x.grad!.tolist()).toEqual([1, 0, 100]);
  expect(v.grad!.tolist()).toEqual([10]);
});

test('in noGrad, indexPut writes into a leaf', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  noGrad(() => x.indexPut([0], 9));
  expect(x.tolist()).toEqual([9, 2]);
});
