#!/usr/bin/env node
/** Static server for the demos and the browser tests: a folder, with or without the headers that isolate a page. */
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../build/demos/', import.meta.url));

const USAGE = `Usage: npm run demo -- [options]

Serves the demos and prints their address.

  --port N         port (default 8080, or the next free one; 0: any free one)
  --host NAME      address to listen on (default localhost; 0.0.0.0 for other devices)
  --root DIR       folder to serve (default build/demos)
  --no-isolation   leave out the headers that allow shared memory, so that the pages run on one thread
  --build          build the package and the demos first
  --csp            send a strict Content-Security-Policy
  --help           this text`;

/** What lets a page share memory with its workers. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const CSP = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'",
};

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Serves the files of a folder.
 *
 * @param {{ root?: string, port?: number, host?: string, isolation?: boolean, csp?: boolean, tries?: number }} [options]
 *   `tries`: how many ports to try, from `port` on, while they are taken
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serve({
  root = ROOT,
  port = 0,
  host = 'localhost',
  isolation = true,
  csp = false,
  tries = 1,
} = {}) {
  const folder = resolve(root);
  const headers = { 'Cache-Control': 'no-cache', ...(isolation ? ISOLATION : {}), ...(csp ? CSP : {}) };
  const server = createServer((request, response) => {
    answer(folder, headers, request, response).catch((error) => {
      response.writeHead(500, { 'Content-Type': 'text/plain' }).end(String(error));
    });
  });
  for (let attempt = 0; ; attempt++) {
    try {
      await new Promise((done, fail) => {
        server.once('error', fail);
        server.listen(port === 0 ? 0 : port + attempt, host, () => {
          server.off('error', fail);
          done(undefined);
        });
      });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') || attempt + 1 >= tries)
        throw error;
    }
  }
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : port;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${at}/`,
    port: at,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(folder, headers, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end();
    return;
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://host');
  let path = fileOf(folder, pathname);
  let file = path ? await stat(path).catch(() => null) : null;
  if (path && file?.isDirectory()) {
    if (!pathname.endsWith('/')) {
      // Relative addresses in the page need the slash.
      response.writeHead(301, { ...headers, Location: `${pathname.split('/').at(-1)}/${search}` }).end();
      return;
    }
    path = join(path, 'index.html');
    file = await stat(path).catch(() => null);
  }
  if (!path || !file?.isFile()) {
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain' }).end('Not found');
    return;
  }
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': file.size });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** The file that a path of a URL names, or `null` for one outside of the folder. */
function fileOf(folder, pathname) {
  let name;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const path = join(folder, name);
  return !name.includes('\0') && (path === folder || path.startsWith(folder + sep)) ? path : null;
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: 'localhost' },
        root: { type: 'string', default: ROOT },
        'no-isolation': { type: 'boolean', default: false },
        csp: { type: 'boolean', default: false },
        build: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Error(`--port: not a port number, got ${values.port}`);
    return { ...values, port, isolation: !values['no-isolation'] };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function main() {
  const { help, build, ...settings } = options();
  if (help) {
    console.log(USAGE);
    return;
  }
  if (build) {
    for (const script of ['build.mjs', 'build-demos.mjs']) {
      execFileSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], { stdio: 'inherit' });
    }
  }
  if (!(await stat(settings.root).catch(() => null))?.isDirectory()) {
    console.error(`There is no folder ${settings.root}. Run npm run build:demos first.`);
    process.exit(2);
  }
  const { url, port } = await serve({ ...settings, tries: settings.port === 8080 ? 20 : 1 });
  console.log(`wasmgrad demos: ${url}`);
  if (!settings.isolation) console.log('Without isolation: the pages run on one thread.');
  if (settings.host === '0.0.0.0') {
    for (const { address, family, internal } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
      if (family === 'IPv4' && !internal)
        console.log(
          `On other devices: http://${address}:${port}/ (one thread: browsers isolate only https and localhost)`,
        );
    }
  }
  console.log('Ctrl-C ends.');
}

if (process.argv[1] && fileURLToPath(import.meta.url) === resolve(process.argv[1])) {
  await main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
