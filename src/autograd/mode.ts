/** Whether operations are recorded on the tape. */
export const gradMode: { enabled: boolean } = { enabled: true };

function withMode<T>(enabled: boolean, fn: () => T): T {
  const before = gradMode.enabled;
  gradMode.enabled = enabled;
  try {
    return fn();
  } finally {
    gradMode.enabled = before;
  }
}

/**
 * Runs `fn` without recording operations: its results need no gradient. `fn` must be synchronous.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.no_grad.html
 */
export function noGrad<T>(fn: () => T): T {
  return withMode(false, fn);
}

/**
 * Runs `fn` with recording, inside of a `noGrad` too. `fn` must be synchronous.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.enable_grad.html
 */
export function enableGrad<T>(fn: () => T): T {
  return withMode(true, fn);
}

/** Tells whether operations are recorded at the moment. */
export function isGradEnabled(): boolean {
  return gradMode.enabled;
}
