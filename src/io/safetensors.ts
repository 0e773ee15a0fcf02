import { WasmgradError } from '../core/errors.js';
import { tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import { formatSafetensors, parseSafetensors, type StoredTensor } from './safetensors-format.js';

/** Options of {@link saveSafetensors}. */
export interface SaveOptions {
  /** Free text by name, kept in the file's header. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes tensors as a safetensors file, which Python's `safetensors.torch.load_file` reads.
 * dtypes: float32 F32, float64 F64, int32 I32, uint8 U8, bool BOOL. Non-contiguous tensors are written row-major.
 *
 * @param stateDict tensors by name, such as `model.stateDict()`
 * @returns the bytes of the file
 * @throws WasmgradError when a tensor is called `__metadata__` or metadata is not text
 *
 * Source: https://huggingface.co/docs/safetensors
 *
 * @example
 * ```ts
 * import { io, nn } from 'wasmgrad';
 * const bytes = io.saveSafetensors(new nn.Linear(2, 1).stateDict(), { metadata: { epochs: '3' } });
 * ```
 */
export function saveSafetensors(
  stateDict: Readonly<Record<string, Tensor>>,
  options: SaveOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptions('saveSafetensors', options, ['metadata']);
  const { metadata = {} } = options;
  if (Object.hasOwn(stateDict, '__metadata__')) {
    throw new WasmgradError("saveSafetensors: no tensor may be called '__metadata__'");
  }
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== 'string')
      throw new WasmgradError(`saveSafetensors: metadata '${name}' must be a string, got ${typeof text}`);
  }
  const stored = new Map<string, StoredTensor>();
  for (const [name, x] of Object.entries(stateDict)) {
    stored.set(name, { dtype: x.dtype, shape: x.shape, data: x.toTypedArray() });
  }
  return formatSafetensors(stored, metadata);
}

/**
 * Reads a safetensors file. float16 and bfloat16 become float32; whole numbers of other sizes become int32 where the values fit.
 *
 * @param bytes the file, as `fs.readFile` or `(await fetch(url)).arrayBuffer()` give it
 * @returns tensors by name, for `model.loadStateDict`
 * @throws FormatError when the file is damaged, foreign, or holds what no dtype here can
 *
 * Source: https://huggingface.co/docs/safetensors
 *
 * @example
 * ```ts
 * import { io, tensor } from 'wasmgrad';
 * const { x } = io.loadSafetensors(io.saveSafetensors({ x: tensor([1, 2]) }));
 * ```
 */
export function loadSafetensors(bytes: Uint8Array | ArrayBuffer): Record<string, Tensor> {
  const { tensors } = parseSafetensors(bytes);
  return Object.fromEntries(
    [...tensors].map(([name, { data, shape, dtype }]) => [name, tensor(data, { shape, dtype })]),
  );
}

/**
 * Reads the free text in the header of a safetensors file.
 *
 * @throws FormatError as `loadSafetensors`
 */
export function safetensorsMetadata(bytes: Uint8Array | ArrayBuffer): Readonly<Record<string, string>> {
  return parseSafetensors(bytes).metadata;
}
