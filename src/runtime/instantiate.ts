import { instantiateSync } from '@assemblyscript/loader';
import type { ParallelExports } from './replay.js';

/** What the module exports: the fork-join, and the facts that `init` reads. */
export interface KernelExports extends ParallelExports, Record<string, unknown> {
  /** 1 in the build with relaxed SIMD. */
  relaxed(): number;
}

/** Instantiates the kernels on a memory. Every thread does so, with the same module and the same memory. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  return instantiateSync<KernelExports>(module, { env: { memory } }).exports;
}
