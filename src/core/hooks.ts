/** A hook that can be taken away again. */
export interface HookHandle {
  remove(): void;
}

/** Functions that are called at a moment, in the order in which they came. */
export type Hooks<H> = Map<HookHandle, H>;

/** Adds a function; one that is added twice is called twice, as in PyTorch. */
export function addHook<H>(hooks: Hooks<H>, hook: H): HookHandle {
  const handle = { remove: () => void hooks.delete(handle) };
  hooks.set(handle, hook);
  return handle;
}
