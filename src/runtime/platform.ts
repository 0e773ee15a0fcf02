import type * as FileSystem from 'node:fs';
import type * as WorkerThreads from 'node:worker_threads';
import type * as OS from 'node:os';

interface NodeProcess {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: 'node:fs'): typeof FileSystem;
  getBuiltinModule?(name: 'node:worker_threads'): typeof WorkerThreads;
  getBuiltinModule?(name: 'node:os'): typeof OS;
}

/** Node's process, or undefined elsewhere. A renderer that only imitates `process` does not count. */
export function nodeProcess(): NodeProcess | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  return process?.versions?.node && typeof process.getBuiltinModule === 'function' ? process : undefined;
}

/** How many threads the machine can run. */
export function hardwareThreads(): number {
  const node = nodeProcess();
  if (node) return node.getBuiltinModule!('node:os').availableParallelism();
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
}

/** Tells whether shared memory can be posted to workers: always in Node, in browsers where the page is cross-origin isolated. */
export function canShareMemory(): boolean {
  if (nodeProcess()) return true;
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
}

/** Tells whether this thread may block in `Atomics.wait`: not on a browser's main thread. */
export function mayBlock(): boolean {
  return nodeProcess() !== undefined || typeof (globalThis as { window?: unknown }).window === 'undefined';
}
