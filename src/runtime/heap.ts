/** Views of the memory that kernels work on. They are live bindings: growth replaces them. */
export let F32: Float32Array = new Float32Array(0);
/** The memory as doubles. */
export let F64: Float64Array = new Float64Array(0);
/** The memory as 32-bit integers. */
export let I32: Int32Array = new Int32Array(0);
/** The memory as bytes. */
export let U8: Uint8Array = new Uint8Array(0);

/** Looks at a memory's buffer anew, after instantiation and after each growth; no memory gives empty views. */
export function viewMemory(memory: WebAssembly.Memory | null): void {
  const buffer = memory ? memory.buffer : new ArrayBuffer(0);
  F32 = new Float32Array(buffer);
  F64 = new Float64Array(buffer);
  I32 = new Int32Array(buffer);
  U8 = new Uint8Array(buffer);
}
