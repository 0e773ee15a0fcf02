/** Where the compiled kernels and the worker lie in the package: beside the JavaScript. Bundlers know this form of URL. */
export const simdUrl: URL = new URL('./simd.wasm', import.meta.url);
/** The build with relaxed SIMD. */
export const relaxedUrl: URL = new URL('./relaxed.wasm', import.meta.url);

/** Starts a browser worker from its own file. */
export function startWorker(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}

/** The worker's file, for Node. */
export const workerUrl: URL = new URL('./worker.js', import.meta.url);

/** The copies inside of the package's JavaScript, for apps whose bundler leaves the files behind. */
export function loadEmbedded(): Promise<{ wasm: string; worker: string } | null> {
  // The build writes this file after the bundle is made.
  return import('./embedded.js');
}
