import type { DType } from '../../src/core/dtypes.js';
import { sizeOf } from '../../src/core/shapes.js';
import { readFixtureFile } from './loader.js';
import type { Sample } from './samples.js';

/*
 * A fixture file, gzipped: the length of the header as a 32-bit number, the header (JSON), zeros up to the next
 * multiple of 8, then float64 numbers, everything little-endian. Written by tools/make-fixtures.mjs.
 */

/** One result as PyTorch has it. */
export interface FixtureResult {
  /** What a program of a course calls it. */
  readonly name?: string;
  readonly shape: readonly number[];
  /** The dtype that PyTorch gives when the float inputs are float32; null where it has no float32 kernel. */
  readonly dtype: DType | null;
  readonly requiresGrad: boolean;
  /** Where its numbers begin. */
  readonly at: number;
}

/** A sample as PyTorch computed it. */
export interface FixtureEntry {
  readonly results: readonly FixtureResult[];
  /** Where the gradient of each input begins; null where PyTorch has none. Empty where no result needs a gradient. */
  readonly grads: Readonly<Record<string, number | null>>;
}

/** The header of a fixture file. */
export interface FixtureHeader {
  readonly torch: string;
  readonly samples: Readonly<Record<string, FixtureEntry>>;
}

/** The expected results and gradients of a sample. */
export interface Expected {
  readonly results: readonly (FixtureResult & { readonly data: Float64Array })[];
  readonly grads: Readonly<Record<string, Float64Array | null>>;
}

/** The fixtures of a family. */
export interface Fixtures {
  readonly torch: string;
  /** @throws Error with the command to run, when the fixture is missing or of other inputs */
  expected(sample: Sample): Expected;
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Splits a fixture file into header and numbers. */
export async function readFixtures(bytes: Uint8Array<ArrayBuffer>): Promise<[FixtureHeader, Float64Array]> {
  const plain = await gunzip(bytes);
  const length = new DataView(plain.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + length))) as FixtureHeader;
  return [header, new Float64Array(plain.buffer, Math.ceil((4 + length) / 8) * 8)];
}

/** Loads the fixtures of a family of ops. */
export async function loadFixtures(family: string): Promise<Fixtures> {
  const path = `ops/${family}.bin`;
  const bytes = await readFixtureFile(path);
  const [header, numbers] = bytes ? await readFixtures(bytes) : [null, new Float64Array()];
  return {
    torch: header?.torch ?? 'none',
    expected(sample) {
      const entry = header?.samples[sample.key];
      if (!entry) {
        const what = `test/fixtures/${path} has no fixture of the ${sample.kind} inputs of '${sample.label}'`;
        throw new Error(`${what}: run \`npm run fixtures -- ${family}\``);
      }
      const take = (at: number, shape: readonly number[]): Float64Array => numbers.subarray(at, at + sizeOf(shape));
      return {
        results: entry.results.map((result) => ({ ...result, data: take(result.at, result.shape) })),
        grads: Object.fromEntries(
          Object.entries(entry.grads).map(([name, at]) => {
            const input = sample.inputs.find((candidate) => candidate.name === name)!;
            return [name, at === null ? null : take(at, input.shape)];
          }),
        ),
      };
    },
  };
}
