/** Options of `serve`. */
export interface ServeOptions {
  root?: string;
  port?: number;
  host?: string;
  isolation?: boolean;
  csp?: boolean;
  tries?: number;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export function serve(options?: ServeOptions): Promise<Served>;
