import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { launch, type Browser, type Page } from 'puppeteer-core';

export type BrowserName = 'chromium' | 'firefox';

/** Names of the programs, the first found is taken; a path in the environment goes before. */
const PROGRAMS: Record<BrowserName, { readonly variable: string; readonly names: readonly string[] }> = {
  chromium: { variable: 'CHROMIUM', names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] },
  firefox: { variable: 'FIREFOX', names: ['firefox-esr', 'firefox'] },
};

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Keeps Firefox from asking its maker's servers for anything. */
const FIREFOX_PREFERENCES = {
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'browser.newtabpage.activity-stream.feeds.system.topstories': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.blockedURIs.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.update': false,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.prefetch-next': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.unified': false,
};

/** Where a browser lies on this machine, or `null`. */
export function findBrowser(name: BrowserName): string | null {
  const { variable, names } = PROGRAMS[name];
  const given = process.env[variable];
  if (given) return existsSync(given) ? given : null;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = names.flatMap((program) => folders.map((folder) => join(folder, program)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** A browser that runs, with a profile of its own. */
export class TestBrowser {
  readonly name: BrowserName;
  readonly #browser: Browser;
  readonly #profile: string;

  private constructor(name: BrowserName, browser: Browser, profile: string) {
    this.name = name;
    this.#browser = browser;
    this.#profile = profile;
  }

  /** @throws Error where the browser is missing */
  static async start(name: BrowserName): Promise<TestBrowser> {
    const executablePath = findBrowser(name);
    if (!executablePath) throw new Error(`${name} is not on this machine`);
    const profile = await mkdtemp(join(tmpdir(), `wasmgrad-${name}-`));
    const browser = await launch({
      executablePath,
      headless: true,
      userDataDir: profile,
      protocolTimeout: 300_000,
      ...(name === 'chromium'
        ? { browser: 'chrome', args: CHROMIUM_FLAGS }
        : { browser: 'firefox', extraPrefsFirefox: FIREFOX_PREFERENCES }),
    });
    return new TestBrowser(name, browser, profile);
  }

  /** Opens a page; what goes wrong in it is gathered in `problems`. */
  async open(url: string, { width = 1100, height = 900 } = {}): Promise<{ page: Page; problems: string[] }> {
    const page = await this.#browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error instanceof Error ? error.message : String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url ?? 'nowhere'})`);
    });
    page.on('requestfailed', (request) =>
      problems.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`),
    );
    await page.setViewport({ width, height });
    await page.goto(url, { waitUntil: 'load' });
    return { page, problems };
  }

  async version(): Promise<string> {
    return this.#browser.version();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/**
 * Tells whether a suite runs in this browser. A missing browser fails it in CI (`CI=true`); elsewhere the suite is left
 * out, with a line that says so.
 */
export function available(name: BrowserName): boolean {
  if (findBrowser(name) || process.env['CI'] === 'true') return true;
  console.warn(`skipped: ${name} is not on this machine (set ${PROGRAMS[name].variable} to its path)`);
  return false;
}
