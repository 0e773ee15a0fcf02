import type { Row } from './rows.mjs';

/** What a run of a row found: medians and best times of wasmgrad's ways in milliseconds, and the peak beside it. */
export interface Result {
  readonly id: string;
  readonly flop: number | null;
  readonly bytes: number | null;
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly best: Readonly<Record<string, number>>;
  readonly peak: { readonly gflops: number; readonly gbytes: number };
}

export function contest(row: Row, peers: Readonly<Record<string, never>>, rounds: number): Promise<Result | null>;
