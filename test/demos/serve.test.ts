import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../tools/serve.mjs';

let root = '';
let server: Served;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wasmgrad-serve-'));
  await mkdir(join(root, 'site', 'sub'), { recursive: true });
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(root, 'site', 'index.html'), 'home');
  await writeFile(join(root, 'site', 'sub', 'index.html'), 'sub');
  await writeFile(join(root, 'site', 'a.wasm'), 'wasm');
  server = await serve({ root: join(root, 'site') });
});

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

/** A request whose path is sent as it is: `fetch` would tidy it up. */
function raw(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ port: server.port, host: 'localhost', path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('serve', () => {
  it('answers with files, their types and the isolation headers', async () => {
    const response = await fetch(server.url);
    expect(await response.text()).toBe('home');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(response.headers.get('content-security-policy')).toBeNull();
    const wasm = await fetch(`${server.url}a.wasm`);
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
    expect((await fetch(`${server.url}none`)).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  });

  it('leaves out isolation and adds a policy when asked', async () => {
    const plain = await serve({ root: join(root, 'site'), isolation: false, csp: true });
    const { headers } = await fetch(plain.url);
    expect(headers.get('cross-origin-opener-policy')).toBeNull();
    expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
    await plain.close();
  });

  it('sends a folder without a slash to its page', async () => {
    const response = await fetch(`${server.url}sub`);
    expect(response.url).toBe(`${server.url}sub/`);
    expect(await response.text()).toBe('sub');
  });

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/sub/..%2f..%2fsecret.txt', '/%00', '/%zz'])(
    'gives nothing outside of its folder: %s',
    async (path) => {
      expect(await raw(path)).toBe(404);
    },
  );

  it('takes the next port when one is in use, if allowed', async () => {
    await expect(serve({ root, port: server.port })).rejects.toThrow('EADDRINUSE');
    const next = await serve({ root, port: server.port, tries: 20 });
    expect(next.port).toBeGreaterThan(server.port);
    await next.close();
  });

  it.each([
    [['--port', 'x'], '--port: not a port number, got x'],
    [['--wat'], "Unknown option '--wat'"],
    [['--root', '/nowhere'], 'There is no folder /nowhere'],
  ])('refuses %j', (args, message) => {
    const script = fileURLToPath(new URL('../../tools/serve.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
