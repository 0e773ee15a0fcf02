import { WasmgradError } from '../core/errors.js';
import { Scope } from '../runtime/scope.js';
import { TensorHandle } from '../runtime/handle.js';

/**
 * Runs `fn` and frees every tensor made inside it, but those that it returns (in arrays, maps and objects, too), parameters,
 * buffers, gradients, optimizer state, and those taken out with `keep()`.
 *
 * @throws WasmgradError where `fn` is asynchronous: a scope ends when `fn` returns
 *
 * @example
 * const loss = scope(() => F.mseLoss(model.forward(x), y));
 */
export function scope<T>(fn: () => T): T {
  const mine = Scope.open();
  try {
    const result = fn();
    if (result instanceof Promise) {
      throw new WasmgradError(
        'scope: the function returned a promise, and a scope ends before it would resolve (use keep() and dispose())',
      );
    }
    moveOut(result, mine, new Set());
    return result;
  } finally {
    mine.close(true);
  }
}

/** Moves the tensors in a result to the scope around. */
function moveOut(value: unknown, from: Scope, seen: Set<object>): void {
  if (value instanceof TensorHandle) {
    if (from.holds(value)) value.moveTo(from.outer);
    return;
  }
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(value);
  const items: Iterable<unknown> =
    value instanceof Map || value instanceof Set || Array.isArray(value) ? value : Object.values(value);
  for (const item of items) moveOut(item, from, seen);
}
