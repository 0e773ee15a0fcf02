import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Allocator } from '../src/runtime/memory.js';
import type { Block } from '../src/runtime/memory.js';

const MIB = 1048576;

function withRoom(total: number, step = 65536): { allocator: Allocator; grown: () => number } {
  let left = total;
  const allocator = new Allocator(1000, (bytes) => {
    const wanted = Math.max(step, Math.ceil(bytes / step) * step);
    if (wanted > left) return 0;
    left -= wanted;
    return wanted;
  });
  return { allocator, grown: () => total - left };
}

describe('Allocator', () => {
  test('blocks are aligned to 64 bytes, apart, and large enough', () => {
    const { allocator } = withRoom(16 * MIB);
    const blocks = [1, 64, 65, 1000, 4096, 100_000].map((bytes) => ({ bytes, block: allocator.alloc(bytes)! }));
    let end = 0;
    for (const { bytes, block } of blocks) {
      expect(block.ptr % 64).toBe(0);
      expect(block.bytes).toBeGreaterThanOrEqual(bytes);
      expect(block.ptr).toBeGreaterThanOrEqual(end);
      end = block.ptr + block.bytes;
    }
  });

  test('an empty tensor has a block, too', () => {
    const { allocator } = withRoom(MIB);
    expect(allocator.alloc(0)).not.toBeNull();
  });

  test('what was freed is used again: the same loop never grows the memory', () => {
    const { allocator, grown } = withRoom(64 * MIB);
    const loop = (): void => {
      const blocks = [10, 5000, 70_000, 300, 1_000_000].map((bytes) => allocator.alloc(bytes)!);
      for (const block of blocks) allocator.free(block);
    };
    loop();
    const after = grown();
    for (let i = 0; i < 1000; i++) loop();
    expect(grown()).toBe(after);
    expect(allocator.used).toBe(0);
  });

  test('neighbours that are free become one block', () => {
    const { allocator } = withRoom(4 * MIB, 4 * MIB);
    const blocks = Array.from({ length: 32 }, () => allocator.alloc(MIB / 8 - 64)!);
    for (const i of [1, 3, 2, 0, ...Array.from({ length: 28 }, (_, k) => 31 - k)]) allocator.free(blocks[i]!);
    expect(allocator.alloc(3 * MIB)).not.toBeNull();
  });

  test('no room answers null and leaves everything usable', () => {
    const { allocator } = withRoom(MIB);
    const small = allocator.alloc(1000)!;
    expect(allocator.alloc(8 * MIB)).toBeNull();
    expect(allocator.alloc(1e12)).toBeNull();
    allocator.free(small);
    expect(allocator.alloc(500_000)).not.toBeNull();
  });

  test('counts the bytes in use and their peak', () => {
    const { allocator } = withRoom(4 * MIB);
    const a = allocator.alloc(640)!;
    const b = allocator.alloc(64)!;
    expect(allocator.used).toBe(704);
    allocator.free(a);
    expect(allocator.used).toBe(64);
    allocator.free(b);
    expect(allocator.used).toBe(0);
    expect(allocator.peak).toBe(704);
  });

  test('random sequences keep live blocks apart and lose no byte', () => {
    const step = fc.record({ free: fc.boolean(), pick: fc.nat(), bytes: fc.oneof(fc.nat(300), fc.nat(200_000)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { allocator } = withRoom(8 * MIB);
        const live: Block[] = [];
        for (const { free, pick, bytes } of steps) {
          if (free && live.length > 0) allocator.free(live.splice(pick % live.length, 1)[0]!);
          else {
            const block = allocator.alloc(bytes);
            if (block) live.push(block);
          }
          const sorted = [...live].sort((a, b) => a.ptr - b.ptr);
          sorted.forEach((block, i) => {
            const next = sorted[i + 1];
            if (next && block.ptr + block.bytes > next.ptr) throw new Error('blocks overlap');
          });
          if (allocator.used !== live.reduce((sum, block) => sum + block.bytes, 0)) throw new Error('bytes are lost');
        }
      }),
      { numRuns: 100 },
    );
  });
});
