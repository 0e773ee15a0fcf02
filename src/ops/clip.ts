import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { TABLE_GRAIN, Table } from './table.js';

/** Runs `launch` on tables that together have all of the tensors. */
function forTables(tensors: readonly TensorData[], launch: (table: Table) => void): void {
  const table = new Table();
  for (const x of tensors) {
    table.add(x.numel, x.ptr);
    if (!table.full) continue;
    launch(table);
    table.clear();
  }
  if (table.chunks > 0) launch(table);
}

/** norm = √Σ x² over all elements of all tensors, dense and of one dtype; factor = min(1, most / (norm + 1e-6)). */
export function clipFactor(norm: TensorData, factor: TensorData, tensors: readonly TensorData[], most: number): void {
  let chunks = 0;
  forTables(tensors, (table) => (chunks += table.chunks));
  scratch(8 * chunks, (parts) => {
    let at = parts;
    forTables(tensors, (table) => {
      launch(kernels.gradientSquares, norm.dtype, at, table.words, table.chunks, TABLE_GRAIN);
      at += 8 * table.chunks;
    });
    launch(kernels.gradientClip, norm.dtype, norm.ptr, factor.ptr, parts, chunks, most, 1, 1);
  });
}

/** In place: tensors, dense and of one dtype, times a number in memory. */
export function scaleTensors(tensors: readonly TensorData[], factor: TensorData): void {
  forTables(tensors, (table) => {
    launch(kernels.gradientScale, factor.dtype, factor.ptr, table.words, table.chunks, TABLE_GRAIN);
  });
  for (const x of tensors) x.storage.version++;
}
