import { expectClose, expectEqual } from './compare.js';
import type { Precision, Ran } from './evaluate.js';
import type { Fixtures } from './fixtures.js';
import type { Sample } from './samples.js';

/** One thing that must hold; `run` throws where it does not. Any test runner can carry a list of these. */
export interface Check {
  readonly name: string;
  run(): void;
}

/** Relative to the largest element, as API.md promises. */
const tolerances: Readonly<Record<Precision, number>> = { float32: 1e-5, float64: 1e-12 };

/** The precisions that a sample runs in. */
export function precisionsOf(sample: Sample): Precision[] {
  const { single, seed, layer, double = true } = sample.source;
  if (single || !double || (seed !== undefined && !layer)) return ['float32'];
  return sample.inputs.some((input) => input.dtype === 'float32') ? ['float32', 'float64'] : ['float32'];
}

/** Throws unless a run agrees with PyTorch. */
export function expectFixture(sample: Sample, ran: Ran, fixtures: Fixtures, precision: Precision): void {
  const expected = fixtures.expected(sample);
  const special = sample.kind === 'special';
  expectEqual('number of results', ran.results.length, expected.results.length);
  ran.results.forEach((got, i) => {
    const want = expected.results[i]!;
    const what = expected.results.length > 1 ? `result ${i}` : 'result';
    expectEqual(`${what}: shape`, got.shape, want.shape);
    if (precision === 'float32' && want.dtype !== null) expectEqual(`${what}: dtype`, got.dtype, want.dtype);
    expectEqual(`${what}: requiresGrad`, got.requiresGrad, want.requiresGrad);
    const own = sample.source.tolerance?.[precision];
    const tolerance =
      own ?? (got.dtype === 'float64' && precision === 'float64' ? tolerances.float64 : tolerances.float32);
    expectClose(what, got.data, want.data, { tolerance, signedZeros: special && sample.row.signedZeros });
  });
  for (const [name, want] of Object.entries(expected.grads)) {
    const got = ran.grads[name] ?? null;
    // No gradient at all and a gradient of zeros mean the same.
    const zeros = new Float64Array((got ?? want)?.length ?? 0);
    const tolerance = Math.max(sample.source.tolerance?.[precision] ?? 0, tolerances[precision]);
    expectClose(`gradient of ${name}`, got ?? zeros, want ?? zeros, { tolerance, finiteOnly: special });
  }
}
