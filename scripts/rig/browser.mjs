/** The browser that shows the served workbench. */
import path from 'node:path';
import { chromium } from 'playwright-core';
import { onExit } from '../lib/run-command.mjs';

/**
 * @param {{executable: string, folder: string, width?: number, height?: number, scale?: number, headless?: boolean}} options
 * @returns {Promise<{page: import('playwright-core').Page, close(): Promise<void>}>}
 */
export async function startBrowser({ executable, folder, width = 1400, height = 900, scale = 1 }) {
  const context = await chromium.launchPersistentContext(path.join(folder, 'browser'), {
    executablePath: executable,
    env: { ...process.env, HOME: path.join(folder, 'home') },
    headless: true,
    viewport: { width, height },
    deviceScaleFactor: scale,
    args: [
      // The page is this project's own; a container's root user cannot have the sandbox.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const forget = onExit(() => void context.close().catch(() => undefined));
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    async close() {
      await context.close();
      forget();
    },
  };
}
