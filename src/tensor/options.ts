import { WasmgradError } from '../core/errors.js';

/** @internal The options of creation functions. */
export const CREATION_OPTIONS: readonly string[] = ['dtype', 'requiresGrad'];

/**
 * Checks that an options object names nothing unknown.
 * @throws WasmgradError otherwise
 */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      const list = known.length > 0 ? `known: ${known.join(', ')}` : 'it takes none';
      throw new WasmgradError(`${op}: unknown option '${name}' (${list})`);
    }
  }
}
