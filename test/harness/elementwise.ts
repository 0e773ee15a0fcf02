import type { Tensor } from '../../src/index.js';
import type { TypedArray } from '../../src/core/dtypes.js';
import { expectSameBits } from './compare.js';
import { evaluate, leaf, makeInputs, type Layout, type Ran } from './evaluate.js';
import { expectFixture, precisionsOf, type Check } from './expect.js';
import type { Expected, Fixtures } from './fixtures.js';
import { period, tile, type Drawn, type Sample } from './samples.js';

/** Empty, shorter than a vector, exactly one, one more, and long with a tail. */
const sizes = [0, 1, 3, 4, 5, 17, 1027];

/** The fixture of a tiled sample, repeated to `n` elements. */
function repeated(fixtures: Fixtures, n: number): Fixtures {
  const repeat = (data: Float64Array): Float64Array => Float64Array.from({ length: n }, (_, i) => data[i % period]!);
  return {
    ...fixtures,
    expected(sample): Expected {
      const { results, grads } = fixtures.expected(sample);
      return {
        results: results.map((result) => ({ ...result, shape: [n], data: repeat(result.data) })),
        grads: Object.fromEntries(Object.entries(grads).map(([name, data]) => [name, data && repeat(data)])),
      };
    },
  };
}

/** Throws unless two runs have the same bits, or `got` is the beginning of `want`. */
function expectSameRun(what: string, got: Ran, want: Ran): void {
  const compare = (name: string, a: TypedArray | null, b: TypedArray | null): void => {
    if (a && b) expectSameBits(`${what}, ${name}`, a, b.subarray(0, a.length));
    else if (a !== b) throw new Error(`${what}, ${name}: ${a ? 'only' : 'not'} here`);
  };
  got.results.forEach((result, i) => compare(`result ${i}`, result.data, want.results[i]!.data));
  for (const [name, grad] of Object.entries(got.grads)) compare(`gradient of ${name}`, grad, want.grads[name] ?? null);
}

function sizesCheck(sample: Sample, fixtures: Fixtures): Check {
  return {
    name: `${sample.label} | sizes ${sizes.join(' ')}`,
    run() {
      for (const precision of precisionsOf(sample)) {
        const run = (n: number): Ran => {
          const inputs = tile(sample.inputs, () => [n]);
          return evaluate(sample.source, inputs, () => makeInputs(inputs, precision), { tiled: true });
        };
        const longest = run(sizes[sizes.length - 1]!);
        for (const n of sizes) {
          const ran = run(n);
          try {
            expectFixture(sample, ran, repeated(fixtures, n), precision);
            expectSameRun('beginning of the longest', ran, longest);
          } catch (error) {
            throw new Error(`${precision}, ${n} elements, ${(error as Error).message}`, { cause: error });
          }
        }
      }
    },
  };
}

const [rows, columns] = [7, 11];

function layoutsCheck(sample: Sample): Check {
  return {
    name: `${sample.label} | same bits for any layout`,
    run() {
      for (const precision of precisionsOf(sample)) {
        const inputs = tile(sample.inputs, () => [rows, columns]);
        const run = (layouts: readonly Layout[]): Ran =>
          evaluate(sample.source, inputs, () =>
            inputs.flatMap((input, i) => makeInputs([input], precision, layouts[i]!)),
          );
        const plain = run(inputs.map(() => 'plain'));
        for (const layout of ['transposed', 'stepped', 'offset'] as const) {
          // All inputs in this layout, then each one alone beside plain ones.
          const mixes = [
            inputs.map(() => layout),
            ...inputs.map((_, i) => inputs.map((_, j) => (i === j ? layout : 'plain'))),
          ];
          for (const mix of mixes) expectSameRun(`${precision}, ${mix.join(' and ')}`, run(mix), plain);
        }
      }
    },
  };
}

/** One input at a time is expanded from a row, a column or one element; the contiguous clone gives the same bits. */
function expandedCheck(sample: Sample): Check {
  const bases = [
    [1, columns],
    [rows, 1],
    [1, 1],
  ];
  return {
    name: `${sample.label} | same bits for expanded inputs`,
    run() {
      for (const precision of precisionsOf(sample)) {
        for (const base of bases) {
          for (const expanded of sample.inputs) {
            const inputs = tile(sample.inputs, (name) => (name === expanded.name ? base : [rows, columns]));
            const run = (contiguous: boolean): Ran =>
              evaluate(sample.source, inputs, () =>
                makeInputs(inputs, precision).map((x, i) => {
                  if (inputs[i]!.name !== expanded.name) return x;
                  const wide = x.detach().expand([rows, columns]);
                  const y = contiguous ? wide.clone().contiguous() : wide;
                  return inputs[i]!.grad ? leaf(y) : y;
                }),
              );
            expectSameRun(`${precision}, ${expanded.name} from [${base.join(', ')}]`, run(false), run(true));
          }
        }
      }
    },
  };
}

/** All inputs of one kind are the same tensor. */
function aliasedCheck(sample: Sample): Check {
  const first = sample.inputs[0]!;
  return {
    name: `${sample.label} | same bits for aliased inputs`,
    run() {
      for (const precision of precisionsOf(sample)) {
        const drawn = tile(sample.inputs, () => [columns]);
        const inputs = drawn.map((input): Drawn => ({ ...input, data: drawn[0]!.data }));
        const run = (tensorsOf: () => readonly Tensor[]): Ran =>
          evaluate(sample.source, inputs, tensorsOf, { gradients: false });
        const apart = run(() => makeInputs(inputs, precision));
        const one = run(() => {
          const [x] = makeInputs([{ ...inputs[0]!, grad: first.grad }], precision);
          return inputs.map(() => x!);
        });
        expectSameRun(precision, one, apart);
      }
    },
  };
}

/** The checks of a tiled sample: any length, any layout, expanded and aliased inputs. */
export function elementwiseChecks(sample: Sample, fixtures: Fixtures): Check[] {
  const alike = sample.inputs.length > 1 && sample.inputs.every((input) => input.dtype === sample.inputs[0]!.dtype);
  const layouts = sample.source.layouts === false ? [] : [layoutsCheck(sample), expandedCheck(sample)];
  return [sizesCheck(sample, fixtures), ...layouts, ...(alike ? [aliasedCheck(sample)] : [])];
}
