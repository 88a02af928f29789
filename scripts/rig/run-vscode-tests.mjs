/**
 * Runs `*.vscode.test.ts` inside the extension host of the served workbench.
 *   node scripts/rig/run-vscode-tests.mjs [GREP]
 * A killed extension host reports success, so only the result file that the suite writes at its end counts.
 */
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { URLSearchParams } from 'node:url';
import { format } from 'node:util';
import { makeScratch, root } from '../lib/paths.mjs';
import { bundleVscodeTests, testsFolder } from '../suites/bundle-vscode-tests.mjs';
import { countLine, readResult } from '../suites/result.mjs';
import { isMain } from '../lib/main.mjs';
import { startBrowser } from './browser.mjs';
import { ensureChromium, ensureCodeServer } from './install.mjs';
import { startServer } from './server.mjs';

const limitMs = 300_000;
/** What the workbench itself logs and no test is about. */
const noise =
  /^\[(AgentHost|ChatModel|AccountPolicy|reconnection|Service Worker|Network)|^Creating a socket|open-vsx|^Resolv|^Updating|authentication provider 'github'/i;

/**
 * @param {{grep?: string}} options
 * @returns {Promise<import('../suites/result.mjs').SuiteResult>}
 */
export async function runVscodeTests({ grep } = {}) {
  const rig = await ensureCodeServer();
  const executable = await ensureChromium();
  await bundleVscodeTests();
  const folder = makeScratch('vscode');
  const resultFile = path.join(folder, 'result.json');
  const workspace = path.join(folder, 'workspace');
  cpSync(path.join(root, 'test/workspaces/stats-py'), workspace, { recursive: true });
  mkdirSync(path.join(folder, 'thimble-home'));
  const env = {
    THIMBLE_ROOT: root,
    THIMBLE_RESULT: resultFile,
    THIMBLE_HOME: path.join(folder, 'thimble-home'),
    ...(grep ? { THIMBLE_GREP: grep } : {}),
  };
  const server = await startServer({ rig, folder, env, testDriver: true });
  try {
    const browser = await startBrowser({ executable, folder });
    try {
      const ended = await untilTestsEnd(browser.page, server, workspace, folder);
      return readResult(resultFile, ended);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** Opens the workbench on the tests and waits for their end. @returns {Promise<string>} how they ended */
async function untilTestsEnd(page, server, workspace, folder) {
  let finish;
  const ended = new Promise((resolve) => (finish = resolve));
  await page.exposeFunction('codeAutomationLog', (_type, args) => {
    const text = format(...args);
    if (process.env.THIMBLE_VERBOSE || !noise.test(text)) console.log(text);
  });
  await page.exposeFunction('codeAutomationExit', (code) => finish(`the extension host ended with ${code}`));
  const remote = (file) => `vscode-remote://${server.host}${file}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(root)],
    ['extensionTestsPath', remote(path.join(testsFolder, 'index'))],
    ['enableProposedApi', ''],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ]);
  const query = new URLSearchParams({ folder: workspace, payload });
  const timer = setTimeout(() => {
    const shot = path.join(folder, 'timeout.png');
    void page
      .screenshot({ path: shot })
      .catch(() => undefined)
      .then(() => finish(`no end after ${limitMs / 1000} s; see ${shot}`));
  }, limitMs);
  await page.goto(`${server.url}/?${query}`);
  const how = await ended;
  clearTimeout(timer);
  return how;
}

if (isMain(import.meta)) {
  const result = await runVscodeTests({ grep: process.argv[2] });
  console.log(countLine([result]));
  process.exit(result.failed > 0 ? 1 : 0);
}
