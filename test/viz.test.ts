import { describe, expect, it } from 'vitest';
import { bars, beside, confusionMatrix, confusionTable, image, sparkline } from '../src/viz/index.js';

describe('image', () => {
  it('draws two rows a line with letters', () => {
    expect(
      image([
        [0, 1],
        [0, 1],
      ]),
    ).toBe(' @');
    expect(
      image([
        [0, 0.5, 1],
        [0, 0.5, 1],
        [1, 1, 1],
      ]),
    ).toBe(' +@\n@@@');
  });

  it('draws shades, half blocks and other ranges', () => {
    expect(
      image(
        [
          [0, 255],
          [0, 128],
        ],
        { max: 255, style: 'shades' },
      ),
    ).toBe(' ▓');
    expect(image([[1], [0]], { style: 'ansi' })).toBe('\x1b[38;5;255;48;5;232m▀\x1b[0m');
  });

  it('repeats no colour', () => {
    expect(
      image(
        [
          [1, 1],
          [0, 0],
        ],
        { style: 'ansi' },
      ),
    ).toBe('\x1b[38;5;255;48;5;232m▀▀\x1b[0m');
  });

  it('takes what looks like a tensor', () => {
    const x = { shape: [1, 2, 2], toTypedArray: () => [0, 1, 0, 1] };
    expect(image(x)).toBe(' @');
    expect(() => image({ ...x, shape: [4] })).toThrow('image: expected [H, W] or [1, H, W], got x [4]');
    expect(() => image([[1, 2], [3]])).toThrow('image: rows of unequal length (2 and 1)');
  });

  it('bears NaN and values out of range', () => {
    expect(image([[NaN, 9, -9]])).toBe(' @ ');
  });
});

describe('beside', () => {
  it('pads columns and ignores escape sequences', () => {
    expect(beside(['a\nb', 'c'])).toBe('a  c\nb');
    expect(beside(['\x1b[0mab\nx', 'y\nz'], 1)).toBe('\x1b[0mab y\nx  z');
    expect(beside([])).toBe('');
  });
});

describe('confusion', () => {
  it('counts and draws', () => {
    const matrix = confusionMatrix([0, 1, 1], [0, 1, 0], 2);
    expect(matrix).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(
      confusionTable(
        [
          [9, 1],
          [0, 10],
        ],
        ['cat', 'dog'],
      ),
    ).toBe(['     cat  dog  recall', 'cat    9    1   90.0 %', 'dog    ·   10  100.0 %'].join('\n'));
  });

  it('throws on what does not fit', () => {
    expect(() => confusionMatrix([0], [0, 1], 2)).toThrow(
      'confusionMatrix: lengths differ, got target [1], predicted [2]',
    );
    expect(() => confusionMatrix([2], [0], 2)).toThrow(
      'confusionMatrix: sample 0 has target 2 and prediction 0, expected 0 … 1',
    );
    expect(() => confusionTable([[1]], ['a', 'b'])).toThrow(
      'confusionTable: expected 1 rows of 1 counts and 1 labels, got 2 labels',
    );
  });
});

describe('charts', () => {
  it('draws bars', () => {
    expect(bars(['cat', 'dog'], [1, 3], { width: 6 })).toBe('cat ██     1\ndog ██████ 3');
    expect(bars(['a', 'b'], [NaN, -1], { width: 2 })).toBe('a    NaN\nb    -1');
    expect(() => bars(['a'], [1, 2])).toThrow('bars: expected as many labels as values, got labels [1], values [2]');
  });

  it('draws sparklines', () => {
    expect(sparkline([3, 2, 1, 0])).toBe('█▆▃▁');
    expect(sparkline([1, NaN, 1])).toBe('▁ ▁');
    expect(sparkline([0, 0, 7, 7], { width: 2 })).toBe('▁█');
    expect(sparkline([])).toBe('');
  });
});
