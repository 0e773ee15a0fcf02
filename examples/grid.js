// @ts-check
// Pictures side by side in one PNG file.
import { writeFile } from 'node:fs/promises';
import { F } from 'wasmgrad';
import { encodePng } from 'wasmgrad/io';

/**
 * @param {string} file
 * @param {import('wasmgrad').Tensor} images [N, 1, H, W] in 0 … 1; N is a multiple of `columns`
 * @param {number} columns
 */
export async function writeGrid(file, images, columns) {
  const framed = F.pad(images, [1, 1, 1, 1]);
  const [N, , H, W] = framed.shape;
  const rows = framed.view([N / columns, columns, H, W]).permute([0, 2, 1, 3]);
  await writeFile(file, await encodePng(rows.reshape([1, (N / columns) * H, columns * W])));
}
