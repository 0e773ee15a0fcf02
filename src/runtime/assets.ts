/** Where the compiled kernels and the worker lie, seen from the sources. The build puts `assets.dist.ts` in this file's place. */
export const simdUrl: URL = new URL('../../build/simd.wasm', import.meta.url);
/** The build with relaxed SIMD. */
export const relaxedUrl: URL = new URL('../../build/relaxed.wasm', import.meta.url);

/** Starts a browser worker from its own file. */
export function startWorker(): Worker {
  return new Worker(new URL('../../build/worker.js', import.meta.url), { type: 'module' });
}

/** The worker's file, for Node. */
export const workerUrl: URL = new URL('../../build/worker.js', import.meta.url);

/** The copies inside of the package's JavaScript, for apps whose bundler leaves the files behind. The sources have none. */
export function loadEmbedded(): Promise<{ wasm: string; worker: string } | null> {
  return Promise.resolve(null);
}
