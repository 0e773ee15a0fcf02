/** Bytes of a generator's state (assembly/mt19937.ts). */
export const generatorBytes: number = 5056;

let address = 0;
let connections = 0;

/** Tells where the default generator's state lies (at `init`); 0 takes it away. */
export function connectGenerator(ptr: number): void {
  address = ptr;
  connections++;
}

/** The address of the default generator's state; 0 before `init`. */
export function defaultGeneratorState(): number {
  return address;
}

/** A number that changes with every `init` and `shutdown`: what was in memory is gone then. */
export function generatorEpoch(): number {
  return connections;
}
