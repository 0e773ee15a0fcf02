import { OutOfMemoryError, formatShape } from '../core/errors.js';
import { currentAllocator, livingStorages } from './storage.js';

/** Throws for `bytes` bytes that the memory does not hold, and names the largest storages alive. */
export function outOfMemory(bytes: number, what: string): never {
  const all = livingStorages().sort((a, b) => b.bytes - a.bytes);
  const largest = all.slice(0, 5).map((s) => `${s.dtype} ${formatShape(s.shape)} ${formatBytes(s.bytes)}`);
  const alive = largest.length > 0 ? `; largest alive: ${largest.join(', ')}` : '';
  throw new OutOfMemoryError(
    `init: out of memory for ${what} (${formatBytes(bytes)}), ${formatBytes(currentAllocator().used)} in use${alive}` +
      ' (free tensors with scope(), or raise memory.maximum in init())',
  );
}

/** Formats a number of bytes: `12.5 MiB`. */
function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
