import { ShapeError, formatShape } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';

/** Anything that looks like a tensor from the outside. */
interface TensorLike {
  readonly shape: readonly number[];
  toTypedArray(): ArrayLike<number>;
}

/** A grey image: rows of numbers, or a tensor [H, W] or [1, H, W]. */
export type GreyImage = readonly (readonly number[])[] | TensorLike;

/** Options of {@link image}. */
export interface ImageOptions {
  /** `'ascii'` (the default) draws with letters, `'shades'` with `░▒▓█`, `'ansi'` with half blocks in 24 greys for terminals with 256 colours. */
  readonly style?: 'ascii' | 'shades' | 'ansi';
  /** The value drawn as black. Default 0. */
  readonly min?: number;
  /** The value drawn as white. Default 1. */
  readonly max?: number;
}

const ramps = { ascii: ' .:-=+*#%@', shades: ' ░▒▓█' };

/** The 24 greys of the 256-colour palette, from near black to near white. */
const firstGrey = 232;
const greys = 24;

function readImage(x: GreyImage): { H: number; W: number; at: (h: number, w: number) => number } {
  if ('toTypedArray' in x) {
    const shape = x.shape.length === 3 && x.shape[0] === 1 ? x.shape.slice(1) : x.shape;
    if (shape.length !== 2) throw new ShapeError(`image: expected [H, W] or [1, H, W], got x ${formatShape(x.shape)}`);
    const [H, W] = shape as [number, number];
    const pixels = x.toTypedArray();
    return { H, W, at: (h, w) => pixels[h * W + w]! };
  }
  const W = x[0]?.length ?? 0;
  const odd = x.findIndex((row) => row.length !== W);
  if (odd >= 0) throw new ShapeError(`image: rows of unequal length (${W} and ${x[odd]!.length})`);
  return { H: x.length, W, at: (h, w) => x[h]![w]! };
}

/**
 * Draws a grey image with letters, two pixel rows a line (letters are about twice as high as wide).
 *
 * Shapes: x [H, W] → ⌈H / 2⌉ lines of W characters, joined by `\n`
 *
 * @throws ShapeError when x has other dims
 * @example
 * ```ts
 * import { image } from 'wasmgrad/viz';
 * image([[0, 1], [0, 1]]); // ' @'
 * ```
 */
export function image(x: GreyImage, options: ImageOptions = {}): string {
  checkOptions('image', options, ['style', 'min', 'max']);
  const { style = 'ascii', min = 0, max = 1 } = options;
  const { H, W, at } = readImage(x);
  const level = (value: number, steps: number): number => {
    const grey = (value - min) / (max - min);
    return grey > 0 ? Math.min(Math.floor(grey * steps), steps - 1) : 0;
  };
  const lines: string[] = [];
  for (let h = 0; h < H; h += 2) {
    let line = '';
    let colours = '';
    for (let w = 0; w < W; w++) {
      const upper = at(h, w);
      const lower = h + 1 < H ? at(h + 1, w) : min;
      if (style === 'ansi') {
        const next = `\x1b[38;5;${firstGrey + level(upper, greys)};48;5;${firstGrey + level(lower, greys)}m`;
        line += next === colours ? '▀' : `${next}▀`;
        colours = next;
      } else {
        const ramp = ramps[style];
        line += ramp[level((upper + (h + 1 < H ? lower : upper)) / 2, ramp.length)]!;
      }
    }
    lines.push(style === 'ansi' ? `${line}\x1b[0m` : line);
  }
  return lines.join('\n');
}

/** The columns a line takes in a terminal: escape sequences take none. */
function visibleLength(line: string): number {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return [...line.replaceAll(/\x1b\[[0-9;]*m/g, '')].length;
}

/**
 * Puts blocks of text side by side, each padded to its own width, with `gap` spaces between.
 *
 * @example
 * ```ts
 * import { beside } from 'wasmgrad/viz';
 * beside(['a\nb', 'c']); // 'a  c\nb'
 * ```
 */
export function beside(blocks: readonly string[], gap: number = 2): string {
  const columns = blocks.map((block) => {
    const lines = block.split('\n');
    return { lines, width: Math.max(...lines.map(visibleLength)) };
  });
  const height = Math.max(0, ...columns.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    columns
      .map(({ lines, width }) => {
        const line = lines[i] ?? '';
        return line + ' '.repeat(width - visibleLength(line));
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  ).join('\n');
}
