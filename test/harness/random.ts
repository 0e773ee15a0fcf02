/** A 32-bit FNV-1a hash of a text. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** A hash of text and numbers as 16 hexadecimal digits: two FNV-1a streams over the same bytes. */
export function fingerprint(text: string, arrays: readonly (readonly number[])[]): string {
  let h = hashText(text);
  let g = hashText(`${text}|`);
  const word = new Float64Array(1);
  const bytes = new Uint8Array(word.buffer);
  for (const array of arrays) {
    for (const x of array) {
      word[0] = Number.isNaN(x) ? NaN : x;
      for (const byte of bytes) {
        h = Math.imul(h ^ byte, 0x01000193);
        g = Math.imul(g ^ byte, 0x01000193) + 0x9e3779b9;
      }
    }
    h = Math.imul(h ^ array.length, 0x01000193);
  }
  return [h, g].map((x) => (x >>> 0).toString(16).padStart(8, '0')).join('');
}

/**
 * `n` uniform numbers in `[0, 1)` of the stream `seed`, equal on every engine.
 *
 * Source: mulberry32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md
 */
export function uniforms(seed: number, n: number): number[] {
  let state = seed;
  return Array.from({ length: n }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  });
}

/**
 * The weights of `sum(result · weights)`, whose gradient is compared: in [-1, 1), exact in float32,
 * and the same as those of `tools/reference.py`.
 */
export function resultWeight(index: number, result: number): number {
  return ((Math.imul(index + 1, 40503) + 12345 * (result + 1)) & 0xffff) / 32768 - 1;
}
