import { WasmgradError } from '../core/errors.js';
import { TensorData } from '../runtime/tensor-data.js';

/** @internal The options of creation functions. */
export const CREATION_OPTIONS: readonly string[] = ['dtype', 'requiresGrad'];

/**
 * Checks that an options object names nothing unknown.
 * @throws WasmgradError otherwise
 */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || options instanceof TensorData) {
    const list = known.length > 0 ? ` (known: ${known.join(', ')})` : '';
    throw new WasmgradError(`${op}: expected an object of options${list}, got ${kindOf(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      const list = known.length > 0 ? `known: ${known.join(', ')}` : 'it takes none';
      throw new WasmgradError(`${op}: unknown option '${name}' (${list})`);
    }
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof TensorData) return 'a tensor';
  return Array.isArray(value) ? 'an array' : `${typeof value} ${String(value)}`;
}
