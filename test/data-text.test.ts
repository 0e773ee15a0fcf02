import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError, ShapeError, WasmgradError, data, init, shutdown } from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

const { CSV } = data.datasets;
const folder = process.env['SHARED_DATA'];
const shared = folder ? pathToFileURL(`${folder}/`) : new URL('../../shared/data/', import.meta.url);
const here = existsSync(shared);
if (!here) console.log('skipped: the tables of ../shared/data (not there)');

describe('CSV', () => {
  it('finds header, classes and delimiter', async () => {
    const set = await CSV('length,width,kind\n5.1,3.5,setosa\n6.2,2.9,virginica\n');
    expect([set.columns, set.classes, set.length]).toEqual([['length', 'width'], ['setosa', 'virginica'], 2]);
    expect(set.targets!.tolist()).toEqual([0, 1]);
    const [x, y] = set.get(1);
    expect([x!.tolist(), y!.item()]).toEqual([[6.2, 2.9].map(Math.fround), 1]);
    const semicolons = await CSV('1;2;0.5\r\n3;4;0.25\r\n');
    expect([semicolons.features.tolist(), semicolons.targets!.tolist()]).toEqual([[[1, 2], [3, 4]], [0.5, 0.25]]); // prettier-ignore
    const quoted = await CSV('name,"a, b"\n"x ""1""",2\n', { target: 'name' });
    expect([quoted.columns, quoted.classes]).toEqual([['a, b'], ['x "1"']]);
  });

  it('takes columns, tasks and classes as told', async () => {
    const text = 'label,p0,p1\n7,0,255\n3,1,2\n';
    const mnist = await CSV(text, { target: 0 });
    expect([mnist.classes, mnist.targets!.tolist(), mnist.features.tolist()]).toEqual([['3', '7'], [1, 0], [[0, 255], [1, 2]]]); // prettier-ignore
    const digits = Array.from({ length: 10 }, (_, i) => String(i));
    expect((await CSV(text, { target: 'label', classes: digits })).targets!.tolist()).toEqual([7, 3]);
    const numbers = await CSV(text, { target: 'label', task: 'number' });
    expect([numbers.targets!.dtype, numbers.targets!.tolist()]).toEqual(['float32', [7, 3]]);
    const some = await CSV(text, { target: null, features: ['p1', 0] });
    expect([some.columns, some.features.tolist(), some.targets]).toEqual([['p1', 'label'], [[255, 7], [2, 3]], undefined]); // prettier-ignore
    expect((await CSV('1,2\n3,4\n', { header: true })).length).toBe(1);
    expect((await CSV('1|2\n3|4\n', { delimiter: '|' })).length).toBe(2);
  });

  it('deals with missing cells', async () => {
    const text = 'a,b,y\n1,,0\n3,4,1\nNA,6,0\n';
    await expect(CSV(text)).rejects.toThrow('CSV: line 4, column a: missing (see the option `missing`)');
    const nan = await CSV(text, { missing: 'nan' });
    expect(nan.features.tolist()).toEqual([[1, NaN], [3, 4], [NaN, 6]]); // prettier-ignore
    expect((await CSV(text, { missing: 'mean' })).features.tolist()).toEqual([[1, 5], [3, 4], [2, 6]]); // prettier-ignore
    expect((await CSV(text, { missing: 'drop' })).features.tolist()).toEqual([[3, 4]]);
  });

  it.each<[text: string, options: data.datasets.CsvOptions, message: string]>([
    ['a,b\n1,2\n3\n', {}, 'CSV: line 3 has 1 cells, expected 2'],
    ['a,b\n1,x\nz,y\n', {}, "CSV: line 3, column a: 'z' is not a number"],
    ['a,b\n\n1,2\n\n3\n', {}, 'CSV: line 5 has 1 cells, expected 2'],
    ['a,b\n"x\ny",2\n3,4\n', {}, "CSV: line 2, column a: 'x\ny' is not a number"],
    ['a,b,c\n1,2,"3\n3"\n4,q,6\n', { target: 'c' }, "CSV: line 4, column b: 'q' is not a number"],
    ['a;b\n\n1;2\nx;4\n', {}, "CSV: line 4, column a: 'x' is not a number"],
    ['a,b\n,1\n?,2\n', { missing: 'mean' }, 'CSV: column a has no values to take the mean of'],
    ['a,b\n,1\n?,2\n', { missing: 'drop' }, 'CSV: every line lacks something, so none is left'],
    ['\n', {}, 'CSV: no lines'],
    ['a,b\n', {}, 'CSV: no lines but the header'],
    ['a,y\n1,\n', {}, 'CSV: line 2: no target in column y'],
    ['a,y\n1,q\n', { classes: ['p'] }, "CSV: line 2: class 'q' is none of p"],
  ])('says what is wrong: %j', async (text, options, message) => {
    await expect(CSV(text, options)).rejects.toThrow(new FormatError(message));
  });

  it('takes classes that are the same number as one, however they are written', async () => {
    const table = await CSV('a,y\n1,2\n1,1.0\n1,1\n1,2.0\n');
    expect([table.classes, table.targets!.tolist()]).toEqual([['1.0', '2'], [1, 0, 0, 1]]); // prettier-ignore
  });

  it('reads as many classes as there are lines', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},word${i}`);
    const table = await CSV(`a,y\n${lines.join('\n')}\n`);
    expect([table.length, table.classes.length]).toEqual([30_000, 30_000]);
  });

  it('says which options are wrong', async () => {
    await expect(CSV('a,b\n1,2\n', { target: 'c' })).rejects.toThrow(
      new WasmgradError('CSV: no column "c" (there are a, b)'),
    );
    await expect(CSV('a\n1\n')).rejects.toThrow(new ShapeError('CSV: no columns of features'));
    await expect(CSV('a,b\n1,2\n', { missing: 'zero' as 'nan' })).rejects.toThrow("CSV: missing must be 'error', 'nan', 'drop' or 'mean', got 'zero'"); // prettier-ignore
    await expect(CSV('/nowhere/table.csv')).rejects.toThrow('CSV: file not found, tried /nowhere/table.csv');
  });

  it.skipIf(!here)('reads the tables of scikit-learn', async () => {
    const iris = await CSV(new URL('sklearn/iris.csv', shared));
    expect([iris.length, iris.columns.length, iris.classes]).toEqual([150, 4, ['0', '1', '2']]);
    const digits = await CSV(new URL('sklearn/digits.csv', shared));
    expect([digits.length, digits.columns.length, digits.classes.length]).toEqual([1797, 64, 10]);
    const diabetes = await CSV(new URL('sklearn/diabetes.csv', shared), { task: 'number' });
    expect([diabetes.length, diabetes.targets!.min().item(), diabetes.targets!.max().item()]).toEqual([442, 25, 346]);
  });
});

const poem = 'the cat sat on the mat. The cat’s hat sat there, too: 1234 times!\n\n  naïve café 😀 ';

describe('tokenizers', () => {
  it('give back every text', () => {
    const bpe = data.BPETokenizer.train(poem.repeat(3), { vocabSize: 300 });
    for (const tokenizer of [new data.CharTokenizer(poem), new data.ByteTokenizer(), bpe]) {
      const tokens = tokenizer.encode(poem);
      expect(tokenizer.decode(tokens)).toBe(poem);
      expect(Math.max(...tokens)).toBeLessThan(tokenizer.vocabSize);
      expect(tokenizer.decode(Int32Array.from(tokens))).toBe(poem);
      expect(tokenizer.encode('')).toEqual([]);
    }
    expect(bpe.decode(bpe.encode('entirely 日本 other'))).toBe('entirely 日本 other');
    for (const tokenizer of [new data.ByteTokenizer(), bpe]) {
      expect(tokenizer.decode(tokenizer.encode('\uFEFFa byte order mark'))).toBe('\uFEFFa byte order mark');
    }
    expect(bpe.encode(poem).length).toBeLessThan(new TextEncoder().encode(poem).length / 1.5);
  });

  it('learn the most frequent pairs first', () => {
    // l o is seen 4 times, then lo w 4 times; then ' ' low 3 times.
    const bpe = data.BPETokenizer.train('low low low lowed', { vocabSize: 300 });
    const { merges } = bpe.toJSON();
    expect(merges.slice(0, 3)).toEqual([
      [108, 111],
      [256, 119],
      [32, 257],
    ]);
    expect(bpe.encode('low low')).toEqual([257, 258]);
    expect(data.BPETokenizer.train('low low low lowed', { vocabSize: 300, minFrequency: 4 }).vocabSize).toBe(258);
    expect(data.BPETokenizer.train('abc', { vocabSize: 256 }).vocabSize).toBe(256);
  });

  it('are saved and loaded', () => {
    const bpe = data.BPETokenizer.train(poem, { vocabSize: 280 });
    const text = JSON.stringify(bpe);
    expect(data.BPETokenizer.fromJSON(text).encode(poem)).toEqual(bpe.encode(poem));
    expect(data.BPETokenizer.fromJSON(bpe.toJSON()).vocabSize).toBe(bpe.vocabSize);
  });

  it("load GPT-2's files", () => {
    // Ġ stands for the space; the numbers are not in the order of the merges.
    const letters = Object.fromEntries([...'low'].map((letter, i) => [letter, 10 + i]));
    const all: Record<string, number> = {};
    for (let i = 0; i < 256; i++) {
      const printable = (i >= 33 && i <= 126) || (i >= 161 && i <= 172) || (i >= 174 && i <= 255);
      if (printable) all[String.fromCharCode(i)] = 1000 + i;
    }
    let next = 256;
    for (let i = 0; i < 256; i++) {
      const printable = (i >= 33 && i <= 126) || (i >= 161 && i <= 172) || (i >= 174 && i <= 255);
      if (!printable) all[String.fromCodePoint(next++)] = 2000 + i;
    }
    const vocab = { ...all, ...letters, lo: 3, low: 1, Ġlow: 2 };
    const bpe = data.BPETokenizer.fromGPT2(JSON.stringify(vocab), '#version: 0.2\nl o\nlo w\nĠ low\n');
    expect(bpe.encode('low low lo')).toEqual([1, 2, 2000 + 32, 3]);
    expect(bpe.decode([1, 2, 2032, 3])).toBe('low low lo');
    expect(() => data.BPETokenizer.fromGPT2(vocab, 'q zz\n')).toThrow(FormatError);
    const special = data.BPETokenizer.fromGPT2({ ...vocab, '<|endoftext|>': 2500 }, 'l o\n');
    expect(special.decode([3, 2500])).toBe('lo<|endoftext|>');
    expect(special.vocabSize).toBe(2501);
    expect(() => bpe.decode([500])).toThrow(new WasmgradError('BPETokenizer: the vocabulary has no token 500'));
    for (const wrong of [
      '{',
      '[]',
      'null',
      JSON.stringify({ ...vocab, lo: 2 ** 31 }),
      JSON.stringify({ ...vocab, l: 'x' }),
    ]) {
      expect(() => data.BPETokenizer.fromGPT2(wrong, 'l o\n')).toThrow(FormatError);
    }
  });

  it('say what is wrong', () => {
    expect(() => new data.CharTokenizer('abc').encode('abd')).toThrow('CharTokenizer: no token for "d"');
    expect(() => new data.ByteTokenizer().decode([256])).toThrow(
      'ByteTokenizer: token 256 is out of range (expected 0 … 255)',
    );
    expect(() => data.BPETokenizer.train('a', { vocabSize: 3 })).toThrow(WasmgradError);
    expect(() => data.BPETokenizer.fromJSON('{"type":')).toThrow(FormatError);
    expect(() => data.BPETokenizer.fromJSON({ type: 'wasmgrad-bpe', merges: [[300, 2]] })).toThrow(FormatError);
    expect(() => data.BPETokenizer.fromJSON('{}')).toThrow(FormatError);
    const doubled = Array.from({ length: 60 }, (_, i): [number, number] => (i === 0 ? [1, 1] : [255 + i, 255 + i]));
    expect(() => data.BPETokenizer.fromJSON({ type: 'wasmgrad-bpe', merges: doubled })).toThrow(
      new FormatError('BPETokenizer: tokens beyond all measure'),
    );
  });
});

describe('TextDataset', () => {
  it('gives windows and what comes next', () => {
    const set = new data.TextDataset('abcdefg', 3, new data.CharTokenizer('abcdefg'));
    expect(set.length).toBe(4);
    expect(set.get(3).map((x) => x.tolist())).toEqual([[3, 4, 5], [4, 5, 6]]); // prettier-ignore
    for (const [x, y] of new data.DataLoader(set, { batchSize: 4 })) {
      expect([x.tolist(), y.select(0, 0).tolist()]).toEqual([[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]], [1, 2, 3]]); // prettier-ignore
    }
    const apart = new data.TextDataset([0, 1, 2, 3, 4, 5, 6], 3, null, { stride: 3 });
    expect(Array.from(apart, ([x]) => x.tolist())).toEqual([[0, 1, 2], [3, 4, 5]]); // prettier-ignore
  });

  it('says what is wrong', () => {
    expect(() => new data.TextDataset([1, 2], 2)).toThrow(
      new ShapeError('TextDataset: 2 tokens have no window of 2 and one more'),
    );
    expect(() => new data.TextDataset('ab', 1)).toThrow(new WasmgradError('TextDataset: a text needs a tokenizer'));
    expect(() => new data.TextDataset([1, 2], 0)).toThrow(
      'TextDataset: length must be a whole number of at least 1, got 0',
    );
  });

  it.skipIf(!here)('reads Shakespeare', () => {
    const text = readFileSync(new URL('tinyshakespeare/input.txt', shared), 'utf8');
    const tokenizer = new data.CharTokenizer(text);
    expect(tokenizer.vocabSize).toBe(65);
    expect(new data.TextDataset(text, 64, tokenizer).length).toBe(1115394 - 64);
    const bpe = data.BPETokenizer.train(text.slice(0, 100_000), { vocabSize: 512 });
    expect(bpe.decode(bpe.encode(text.slice(0, 5000)))).toBe(text.slice(0, 5000));
  });
});
