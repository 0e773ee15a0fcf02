/** The weights of a Gaussian window, whose sum is 1. */
export function gaussianWindow(size: number, sigma: number): number[] {
  const values = Array.from({ length: size }, (_, i) => Math.exp(-(((i - (size - 1) / 2) / sigma) ** 2) / 2));
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
}
