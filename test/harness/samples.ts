import type { DType } from '../../src/core/dtypes.js';
import { sizeOf } from '../../src/core/shapes.js';
import { inputSeed, type Case, type Input, type Row } from '../ops/table.js';
import { fingerprint } from './random.js';

/** The values of one input. */
export interface Drawn {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly grad: boolean;
  readonly data: readonly number[];
}

/** One evaluation that PyTorch made too: a case with its inputs, or what is derived from an elementwise case. */
export interface Sample {
  /** What the fixture is found by: a hash of the inputs and the expression. */
  readonly key: string;
  readonly kind: 'case' | 'tiled' | 'special';
  readonly label: string;
  readonly row: Row;
  readonly source: Case;
  readonly inputs: readonly Drawn[];
}

/**
 * Tiled samples hold this many elements, and stand for any number of them: element i is the sample's i mod 37.
 * A prime, so that every value meets every place in a vector.
 */
export const period = 37;

/** Changes whenever the way samples or weights are made does, so that no old fixture fits. */
const generation = 1;

const specialValues: readonly (readonly number[])[] = [
  [],
  [0, -0, Infinity, -Infinity, NaN, 1, -1, 0.5, -2.5, 3],
  [0, -0, Infinity, -Infinity, NaN, 1, -1, 2.5],
  [0, -0, Infinity, -Infinity, NaN, 1.5],
];

/** Tells whether an input takes special values: a float whose values are free. */
function takesSpecials(input: Input): boolean {
  return input.free && (input.dtype === 'float32' || input.dtype === 'float64');
}

/** The inputs of a case in the order their author gave them. */
export function inputsOf(source: Case): [string, Input][] {
  return Object.entries(source.in ?? {}).flatMap(([name, input]) => (input ? [[name, input]] : []));
}

/** Tells whether the checks of elementwise rows apply to a case. */
export function isElementwise(row: Row, source: Case): boolean {
  const inputs = inputsOf(source);
  // A random op draws by position, so what it gives does not repeat with its inputs.
  if (source.seed !== undefined) return false;
  return (source.elementwise ?? row.elementwise) && inputs.length > 0 && inputs.every(([, input]) => input.free);
}

function sample(row: Row, source: Case, kind: Sample['kind'], inputs: readonly Drawn[]): Sample {
  const text = JSON.stringify([
    generation,
    kind,
    source.torch,
    source.seed ?? null,
    source.single ?? false,
    inputs.map(({ name, shape, dtype, grad }) => [name, shape, dtype, grad]),
    ...(source.module === undefined ? [] : [source.module]),
  ]);
  const key = fingerprint(
    text,
    inputs.map((input) => input.data),
  );
  return { key, kind, label: `${row.name}: ${source.torch ?? 'large'}`, row, source, inputs };
}

/** Draws the inputs of a case in their own shapes. */
export function drawInputs(row: Row, source: Case): Drawn[] {
  return inputsOf(source).map(([name, input]) => ({
    name,
    shape: input.shape,
    dtype: input.dtype,
    grad: input.grad,
    data: input.draw(inputSeed(row.name, source, name), sizeOf(input.shape)),
  }));
}

function drawTiled(row: Row, source: Case): Drawn[] {
  return inputsOf(source).map(([name, { dtype, grad, draw }]) => {
    return { name, shape: [period], dtype, grad, data: draw(inputSeed(row.name, source, `${name}*`), period) };
  });
}

/** All combinations of special values in the float inputs. */
function drawSpecials(row: Row, source: Case): Drawn[] {
  const inputs = inputsOf(source);
  const special = inputs.filter(([, input]) => takesSpecials(input));
  const list = specialValues[Math.min(special.length, 3)]!;
  const n = list.length ** special.length;
  return inputs.map(([name, input]) => {
    const place = special.findIndex(([other]) => other === name);
    const data =
      place < 0
        ? input.draw(inputSeed(row.name, source, `${name}!`), n)
        : Array.from({ length: n }, (_, i) => list[Math.floor(i / list.length ** place) % list.length]!);
    return { name, shape: [n], dtype: input.dtype, grad: input.grad, data };
  });
}

/** Everything of a row that PyTorch computes. */
export function samplesOf(row: Row): Sample[] {
  return row.cases
    .filter((source) => !source.large)
    .flatMap((source) => {
      if (source.torch === undefined) throw new Error(`${row.name}: a case without \`torch\` that is not \`large\``);
      const samples = [sample(row, source, 'case', drawInputs(row, source))];
      if (!isElementwise(row, source)) return samples;
      samples.push(sample(row, source, 'tiled', drawTiled(row, source)));
      const specials = inputsOf(source).some(([, input]) => takesSpecials(input)) && row.specials !== 'none';
      if (specials) samples.push(sample(row, source, 'special', drawSpecials(row, source)));
      return samples;
    });
}

/** The inputs of a tiled sample, repeated to a shape (all inputs, or as `shapes` says by name). */
export function tile(inputs: readonly Drawn[], shapeOf: (name: string) => readonly number[]): Drawn[] {
  return inputs.map((input) => {
    const shape = shapeOf(input.name);
    const data = Array.from({ length: sizeOf(shape) }, (_, i) => input.data[i % period]!);
    return { ...input, shape, data };
  });
}
