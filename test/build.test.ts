import { afterAll, beforeAll, expect, test } from 'vitest';
import { info, init, shutdown } from '../src/index.js';

beforeAll(() => init());
afterAll(() => shutdown());

test('an engine with relaxed SIMD runs the build for it, others the baseline', () => {
  const major = Number(process.versions.node.split('.')[0]);
  expect(info().build).toBe(major >= 22 ? 'relaxed-simd' : 'simd');
  const expected = process.env['WASMGRAD_EXPECT_BUILD'];
  if (expected) expect(info().build).toBe(expected);
});
