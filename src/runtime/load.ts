import { FormatError, WasmgradError } from '../core/errors.js';
import { loadEmbedded, relaxedUrl, simdUrl } from './assets.js';
import { nodeProcess } from './platform.js';

/** The kernels as a host may hand them over: an address, the bytes, or a compiled module. */
export type WasmSource = string | URL | ArrayBuffer | ArrayBufferView | Response | WebAssembly.Module;

/**
 * A module of one function that uses `f32x4.relaxed_madd`: engines without relaxed SIMD reject it.
 * (func (param v128) (result v128) local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd)
 */
const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133,
  2, 11,
]);

/** Compiles the kernels, from where the host says or from the package's own files. */
export async function loadModule(source: WasmSource | undefined): Promise<WebAssembly.Module> {
  if (source !== undefined) return compile(source, 'the `wasm` option of init()');
  const url = WebAssembly.validate(RELAXED_PROBE) ? relaxedUrl : simdUrl;
  try {
    return await compile(url, url.href);
  } catch (error) {
    // A bundler that moved the JavaScript may have left the file behind.
    const embedded = await loadEmbedded();
    if (!embedded) throw error;
    return WebAssembly.compile(fromBase64(embedded.wasm));
  }
}

async function compile(source: WasmSource, name: string): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) return compile(await read(source), name);
  const inMemory = ArrayBuffer.isView(source) || source instanceof ArrayBuffer;
  // Node loads its whole fetch when a program first names Response, which takes longer than all the rest.
  if (!inMemory && typeof Response !== 'undefined' && source instanceof Response) {
    if (!source.ok) throw new WasmgradError(`init: ${name} answered ${source.status} ${source.statusText}`);
    const type = source.headers.get('content-type') ?? '';
    if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(source);
    return compile(await source.arrayBuffer(), name);
  }
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source as ArrayBuffer);
  if (bytes.length < 8 || bytes[0] !== 0 || bytes[1] !== 97 || bytes[2] !== 115 || bytes[3] !== 109) {
    throw new FormatError(`init: ${name} is not WebAssembly (it begins with other bytes; is it an error page?)`);
  }
  return WebAssembly.compile(bytes);
}

async function read(source: string | URL): Promise<WasmSource> {
  const node = nodeProcess();
  const url = String(source);
  if (node && !/^(https?|data|blob):/.test(url)) {
    const fs = node.getBuiltinModule!('node:fs');
    return fs.readFileSync(url.startsWith('file:') ? new URL(url) : url);
  }
  return fetch(url);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
