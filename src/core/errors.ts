import type { DType } from './dtypes.js';

/** The root of every error that wasmgrad throws on purpose. */
export class WasmgradError extends Error {
  override name = 'WasmgradError';
}

/** Shapes or sizes that do not fit an operation. */
export class ShapeError extends WasmgradError {
  override name = 'ShapeError';
}

/** A dtype that an operation does not take. */
export class DTypeError extends WasmgradError {
  override name = 'DTypeError';
}

/** An index, dim or label out of range. */
export class IndexError extends WasmgradError {
  override name = 'IndexError';
}

/** The use of a tensor that was freed. */
export class DisposedError extends WasmgradError {
  override name = 'DisposedError';
}

/** No memory left for a tensor. Everything alive stays usable. */
export class OutOfMemoryError extends WasmgradError {
  override name = 'OutOfMemoryError';
}

/** A corrupt, truncated or foreign file. */
export class FormatError extends WasmgradError {
  override name = 'FormatError';
}

/** What everything throws that needs memory or kernels, before `init`. */
export function notStarted(): WasmgradError {
  return new WasmgradError('init: call `await init()` before the first operation');
}

/** What an error message says of an operand. */
export interface Described {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Formats a shape as messages and `toString` print it: `[2, 3]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/**
 * Throws the error of a class in the message grammar `op: problem, got name [shape], name [shape] (hint)`.
 *
 * @param names the operands' names, from the op record
 * @param operands absent (null) operands are left out
 */
export function fail(
  kind: new (message: string) => WasmgradError,
  op: string,
  problem: string,
  names: readonly string[] = [],
  operands: readonly (Described | null | undefined)[] = [],
  hint?: string,
): never {
  const got = operands.flatMap((operand, i) => {
    if (!operand) return [];
    const what = kind === DTypeError ? operand.dtype : formatShape(operand.shape);
    return [`${names[i] ?? 'input'} ${what}`];
  });
  throw new kind(`${op}: ${problem}${got.length > 0 ? `, got ${got.join(', ')}` : ''}${hint ? ` (${hint})` : ''}`);
}

/** What a message says of a value that is no tensor. */
export function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
}

/** Throws unless `value` is a whole number, of at least `least` where that is given. */
export function checkWhole(
  op: string,
  name: string,
  value: unknown,
  least: number = -Infinity,
  kind: new (message: string) => WasmgradError = ShapeError,
): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw new kind(
    `${op}: ${name} must be a whole number${least > -Infinity ? ` of at least ${least}` : ''}, got ${String(value)}`,
  );
}
