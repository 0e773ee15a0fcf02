export interface Row {
  readonly id: string;
}

export const rows: readonly Row[];
export const smokeRows: readonly string[];
