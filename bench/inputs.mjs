/** Reproducible numbers in -1 … 1 (xorshift32). */
export function numbers(count, seed = 1, scale = 1) {
  let state = (seed * 2654435761) >>> 0 || 1;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = ((state >>> 0) / 2 ** 31 - 1) * scale;
  }
  return values;
}

/** The number of elements of a shape. */
export const count = (shape) => shape.reduce((a, b) => a * b, 1);

/** The weights of a network of dense layers, PyTorch's layout [out, in]. */
export function denseWeights(sizes) {
  return sizes.slice(1).map((n, i) => ({
    w: { shape: [n, sizes[i]], values: numbers(n * sizes[i], 10 + i, 1 / Math.sqrt(sizes[i])) },
    b: { shape: [n], values: numbers(n, 20 + i, 0.1) },
  }));
}
