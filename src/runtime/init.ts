import { WasmgradError } from '../core/errors.js';
import { connectGenerator, generatorBytes } from './generator-state.js';
import { viewMemory } from './heap.js';
import { instantiateKernels } from './instantiate.js';
import { connect, jobAreaBytes } from './launch.js';
import { connectKernels } from './replay.js';
import { outOfMemory } from './out-of-memory.js';
import { liveTensors, resetLiveTensors } from './handle.js';
import { loadModule } from './load.js';
import type { WasmSource } from './load.js';
import { Allocator } from './memory.js';
import { canShareMemory, hardwareThreads, mayBlock } from './platform.js';
import { Scope } from './scope.js';
import { recordBytes, setAllocator } from './storage.js';
import { ThreadPool } from './threads.js';
import { calibrateTiles, tileRows } from './tile.js';
import type { Build } from './tile.js';
import { version } from './version.js';
import { I32 } from './heap.js';

/** Options of `init`. */
export interface InitOptions {
  /** Threads that compute, the calling one included. Default: as many as the machine has; 1 where shared memory cannot be posted to workers. */
  threads?: number;
  /** The kernels where the host must serve them itself: an address, bytes, a `Response`, or a compiled module. */
  wasm?: WasmSource | Promise<WasmSource>;
  /** Memory in MiB. `initial`: 16 by default; `maximum`: the most the engine grants by default, up to 4096. */
  memory?: { initial?: number; maximum?: number };
}

/** What `info` tells. */
export interface Info {
  readonly version: string;
  /** Threads that compute, the calling one included. */
  readonly threads: number;
  /** Why there are fewer threads than asked for or than the machine has; null where there are not. */
  readonly reason: string | null;
  readonly build: 'simd' | 'relaxed-simd';
  /** The register tile of matrix products, rows × float32 columns, as `init` has chosen it by timing. It changes no result. */
  readonly tile: string;
  readonly crossOriginIsolated: boolean;
  /** Bytes in use, reserved from the system, in use at most so far, and allowed at most; the number of tensors alive. */
  readonly memory: { used: number; reserved: number; peak: number; maximum: number; tensors: number };
}

interface Runtime {
  readonly memory: WebAssembly.Memory;
  readonly maximum: number;
  readonly allocator: Allocator;
  readonly pool: ThreadPool;
  readonly build: Build;
  readonly reason: string | null;
}

const PAGE = 65536;
const MIB = 1048576;
const CONTROL_BYTES = 512;
/** Byte offsets in the control block (assembly/parallel.ts). */
const MAY_BLOCK = 204;
const SPINS = 216;
const CORES = 220;
/** About 50 µs of looking before a thread sleeps: longer than the JavaScript between two kernels of an eager step. */
const MANY_SPINS = 20_000;
/** Where threads are more than cores, one that looks takes the place of one that works. */
const FEW_SPINS = 200;
const MAX_THREADS = 64;
/** Engines that reserve the maximum at once (iOS) refuse the large ones. */
const MAXIMA = [4096, 2048, 1024, 512, 256];
const ISOLATION =
  'the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

let starting: Promise<Runtime> | null = null;
let runtime: Runtime | null = null;

/**
 * Compiles and instantiates the kernels and starts the threads. Calling it again is harmless: the first call counts.
 *
 * @throws WasmgradError for options out of range, or where the kernels cannot be loaded
 */
export async function init(options: InitOptions = {}): Promise<void> {
  checkOptions(options);
  starting ??= start(options);
  const mine = starting;
  try {
    const started = await mine;
    if (starting === mine) runtime = started;
  } catch (error) {
    if (starting === mine) starting = null;
    throw error;
  }
}

/** What runs: version, threads, build and memory. Before `init` it shows no threads and no memory. */
export function info(): Info {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
  const memory = { used: 0, reserved: 0, peak: 0, maximum: 0, tensors: 0 };
  if (!runtime) {
    return {
      version,
      threads: 0,
      reason: 'init() was not called',
      build: 'simd',
      tile: tileName(),
      crossOriginIsolated: isolated,
      memory,
    };
  }
  const { allocator, maximum, pool, build, reason } = runtime;
  memory.used = allocator.used;
  memory.peak = allocator.peak;
  memory.reserved = runtime.memory.buffer.byteLength;
  memory.maximum = maximum;
  memory.tensors = liveTensors();
  const fewer = pool.lost ?? reason;
  const threads = pool.size + 1;
  return { version, threads, reason: fewer, build, tile: tileName(), crossOriginIsolated: isolated, memory };
}

function tileName(): string {
  return `${tileRows()}×8`;
}

/** Stops the threads and frees the memory; every tensor is gone then. `init` may be called again. */
export function shutdown(): void {
  starting = null;
  if (!runtime) return;
  runtime.pool.stop();
  runtime = null;
  Scope.closeAll();
  setAllocator(null);
  connect(null, 0, 0);
  connectGenerator(0);
  viewMemory(null);
  resetLiveTensors();
}

async function start(options: InitOptions): Promise<Runtime> {
  const module = await loadModule(await options.wasm);
  const { memory, maximum } = reserve(options.memory ?? {});
  viewMemory(memory);
  const exports = instantiateKernels(module, memory);
  const control = Math.ceil(exports.heapBase() / 64) * 64;
  const jobArea = control + CONTROL_BYTES;
  const generator = jobArea + jobAreaBytes;
  const records = generator + generatorBytes;
  const heap = records + recordBytes;
  const allocator = new Allocator(heap, growth(memory, maximum, heap));
  const pool = new ThreadPool({ module, memory, control }, exports);
  I32[(control + MAY_BLOCK) >> 2] = mayBlock() ? 1 : 0;
  connectKernels(exports, control, jobArea, () => pool.giveUp());
  setAllocator(allocator, records, outOfMemory);
  connectGenerator(generator);
  const cores = hardwareThreads();
  const wanted = Math.min(options.threads ?? cores, MAX_THREADS);
  I32[(control + SPINS) >> 2] = wanted > cores ? FEW_SPINS : MANY_SPINS;
  I32[(control + CORES) >> 2] = cores;
  const build = exports.relaxed() ? 'relaxed-simd' : 'simd';
  const chooseTile = calibrateTiles(build, heap);
  let reason: string | null = null;
  if (wanted > 1) reason = canShareMemory() ? await pool.start(wanted - 1) : ISOLATION;
  chooseTile();
  return { memory, maximum, allocator, pool, build, reason };
}

function checkOptions(options: InitOptions): void {
  const known = ['threads', 'wasm', 'memory'];
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new WasmgradError(`init: unknown option '${name}' (known: ${known.join(', ')})`);
  }
  const { threads, memory } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw new WasmgradError(`init: threads must be a whole number of at least 1, got ${String(threads)}`);
  }
  for (const [name, value] of Object.entries(memory ?? {})) {
    if (name !== 'initial' && name !== 'maximum') {
      throw new WasmgradError(`init: unknown option 'memory.${name}' (known: initial, maximum)`);
    }
    if (value !== undefined && !(value >= 1 && value <= 4096)) {
      throw new WasmgradError(`init: memory.${name} must be from 1 to 4096 MiB, got ${String(value)}`);
    }
  }
}

function reserve(wanted: { initial?: number; maximum?: number }): { memory: WebAssembly.Memory; maximum: number } {
  const initial = Math.min(wanted.initial ?? 16, wanted.maximum ?? Infinity);
  let refusal: unknown = null;
  for (const maximum of wanted.maximum === undefined ? MAXIMA : [wanted.maximum]) {
    try {
      const pages = (mib: number): number => Math.ceil((Math.min(mib, maximum) * MIB) / PAGE);
      const memory = new WebAssembly.Memory({ initial: pages(initial), maximum: pages(maximum), shared: true });
      return { memory, maximum: pages(maximum) * PAGE };
    } catch (error) {
      refusal = error;
    }
  }
  throw new WasmgradError(`init: the engine grants no shared memory (${String(refusal)})`, { cause: refusal });
}

/** Answers the allocator's wish for more memory: at first what is there, then growth by a quarter, or by what is missing. */
function growth(memory: WebAssembly.Memory, maximum: number, heap: number): (bytes: number) => number {
  let end = heap;
  return (bytes) => {
    const size = memory.buffer.byteLength;
    if (end + bytes > size) {
      const missing = end + bytes - size;
      const room = maximum - size;
      if (missing > room) return 0;
      const pages = (n: number): number => Math.ceil(Math.min(n, room) / PAGE);
      if (!grow(memory, pages(Math.max(missing, size / 4))) && !grow(memory, pages(missing))) return 0;
      viewMemory(memory);
    }
    const got = memory.buffer.byteLength - end;
    end += got;
    return got;
  };
}

function grow(memory: WebAssembly.Memory, pages: number): boolean {
  try {
    memory.grow(pages);
    return true;
  } catch {
    return false;
  }
}
