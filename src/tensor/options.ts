import { WasmgradError } from '../core/errors.js';
import { TensorData } from '../runtime/tensor-data.js';

/** @internal The options of creation functions. */
export const CREATION_OPTIONS: readonly string[] = ['dtype', 'requiresGrad'];

type OptionsObserver = (op: string, options: object, known: readonly string[]) => void;
let observer: OptionsObserver | null = null;

/** @internal Lets a test see, and change, every object of options before it is read; null ends it. */
export function observeOptions(watch: OptionsObserver | null): void {
  observer = watch;
}

/**
 * Checks that an options object names nothing unknown. Comes before any of the options is read.
 * @throws WasmgradError otherwise
 */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || options instanceof TensorData) {
    const list = known.length > 0 ? ` (known: ${known.join(', ')})` : '';
    throw new WasmgradError(`${op}: expected an object of options${list}, got ${kindOf(options)}`);
  }
  observer?.(op, options, known);
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
