/** The suites of `npm test`, in the order in which they run. Node's own modules only at load time. */
import { ensureChromium } from '../rig/install.mjs';
import { runLint } from './lint.mjs';
import { ownSettings, runMocha } from './mocha.mjs';
import { ensureModel, testModel } from '../setup/model.mjs';
import { ensureLlamaServer } from '../setup/llama-server.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} title
 * @property {number} stage suites of the same stage run side by side
 * @property {(options: {grep?: string | undefined}) => Promise<import('./result.mjs').SuiteResult>} run
 */

const minute = 60_000;

/** Where the tests on real weights find them. */
async function modelEnvironment() {
  return { THIMBLE_TEST_MODEL_05B: (await ensureModel(testModel)).path };
}

/** @type {Suite[]} */
export const suites = [
  { name: 'lint', title: 'Lint, format and types', stage: 1, run: runLint },
  {
    name: 'unit',
    title: 'Unit and architecture tests',
    stage: 1,
    run: ({ grep }) => runMocha({ name: 'unit', args: [], timeoutMs: 20 * minute, grep }),
  },
  {
    name: 'model',
    title: 'Tests on the real 0.5B model',
    stage: 2,
    run: async ({ grep }) =>
      runMocha({
        name: 'model',
        args: ownSettings('test/**/*.model.test.ts', 2 * minute),
        env: await modelEnvironment(),
        timeoutMs: 8 * minute,
        grep,
      }),
  },
  {
    name: 'remote',
    title: 'The same work on llama.cpp’s server',
    stage: 3,
    run: async ({ grep }) =>
      runMocha({
        name: 'remote',
        args: ownSettings('test/**/*.remote.test.ts', 2 * minute),
        env: { ...(await modelEnvironment()), THIMBLE_TEST_PYTHON: await ensureLlamaServer() },
        timeoutMs: 8 * minute,
        grep,
      }),
  },
  {
    name: 'panel',
    title: 'The panel in Chromium',
    stage: 4,
    run: async ({ grep }) =>
      runMocha({
        name: 'panel',
        // The browser draws by its own clock. What passes at the second try is named, so that it can be mended.
        args: ['--retries', '1', ...ownSettings('test/**/*.panel.test.ts', minute)],
        env: { THIMBLE_CHROMIUM: await ensureChromium() },
        timeoutMs: 5 * minute,
        grep,
      }),
  },
  {
    name: 'vscode',
    title: 'Tests in the extension host',
    stage: 5,
    run: async ({ grep }) => {
      const { runVscodeTests } = await import('../rig/run-vscode-tests.mjs');
      return runVscodeTests({ grep });
    },
  },
  {
    name: 'ui',
    title: 'The packaged extension in the served workbench',
    stage: 6,
    run: async ({ grep }) => {
      const { ensureCodeServer } = await import('../rig/install.mjs');
      await ensureCodeServer();
      return runMocha({
        name: 'ui',
        // One window for all tests: what fails early would fail the others slowly.
        args: [
          '--bail',
          '--no-config',
          '--ui',
          'bdd',
          '--forbid-only',
          '--timeout',
          String(3 * minute),
          'test/ui/*.ui.test.mjs',
        ],
        env: { ...(await modelEnvironment()), THIMBLE_CHROMIUM: await ensureChromium() },
        timeoutMs: 8 * minute,
        grep,
      });
    },
  },
];
