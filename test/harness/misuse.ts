import { expect, it } from 'vitest';
import { WasmgradError, info, scope } from '../../src/index.js';

/** A call that throws exactly this. */
export type Misuse = [what: string, run: () => unknown, type: new (message: string) => Error, message: string];

function errorOf(run: () => unknown): unknown {
  try {
    scope(() => void run());
  } catch (error) {
    return error;
  }
  return null;
}

/** Tests that each call throws its error and message, and leaves no tensor behind (modules keep their parameters). */
export function testMisuses(misuses: readonly Misuse[]): void {
  it.each(misuses)('%s', (_, run, type, message) => {
    const thrown = errorOf(run);
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toBeInstanceOf(WasmgradError);
    // What follows the first line of a DisposedError is where the tensor was freed.
    expect((thrown as Error).message.split('\n')[0]).toBe(message);
    expect((thrown as Error).name).toBe(type.name);
  });

  it('nothing is left behind', () => {
    for (const [what, run] of misuses.filter(([, made]) => !String(made).includes('nn'))) {
      const before = info().memory;
      errorOf(run);
      expect([what, info().memory.tensors, info().memory.used]).toEqual([what, before.tensors, before.used]);
    }
  });
}
