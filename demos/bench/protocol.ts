/** Messages from the page to the worker. */
export type Command = { readonly type: 'run'; readonly short: boolean } | { readonly type: 'stop' };

/** A row that has been timed. */
export interface Timed {
  readonly id: string;
  readonly threads: number;
  readonly milliseconds: number;
  /** 10⁹ operations or bytes a second; null where a row is made of overhead. */
  readonly rate: { readonly value: number; readonly unit: 'GFLOP/s' | 'GB/s'; readonly share: number } | null;
}

/** Messages from the worker to the page. */
export type Report =
  | { readonly type: 'ready'; readonly threads: number; readonly reason: string | null; readonly build: string }
  | { readonly type: 'progress'; readonly done: number; readonly total: number; readonly id: string; readonly threads: number } // prettier-ignore
  | { readonly type: 'timed'; readonly row: Timed }
  | { readonly type: 'ended'; readonly stopped: boolean; readonly peaks: Readonly<Record<number, Peak>> }
  | { readonly type: 'error'; readonly message: string };

/** What the machine reached at most, beside any row. */
export interface Peak {
  readonly gflops: number;
  readonly gbytes: number;
}
