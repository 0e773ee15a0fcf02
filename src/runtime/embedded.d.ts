/** The build writes `embedded.js`: the kernels (base64, the build that runs everywhere) and the worker's source. */
export const wasm: string;
export const worker: string;
