/** `npm run test:desktop`: the extension host tests in desktop VS Code, where it can be downloaded. */
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { makeScratch, root } from './lib/paths.mjs';
import { ensureBuild } from './setup/build.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { bundleVscodeTests, testsFolder } from './suites/bundle-vscode-tests.mjs';
import { countLine, readResult } from './suites/result.mjs';

await ensurePackages();
await ensureBuild();
await bundleVscodeTests();
const { runTests } = await import('@vscode/test-electron');
const folder = makeScratch('desktop');
const workspace = path.join(folder, 'workspace');
cpSync(path.join(root, 'test', 'workspaces', 'stats-py'), workspace, { recursive: true });
mkdirSync(path.join(folder, 'thimble-home'));
const resultFile = path.join(folder, 'result.json');
let ended = '';
try {
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(testsFolder, 'index'),
    launchArgs: [
      workspace,
      '--disable-workspace-trust',
      '--skip-welcome',
      '--user-data-dir',
      path.join(folder, 'data'),
    ],
    extensionTestsEnv: {
      THIMBLE_ROOT: root,
      THIMBLE_RESULT: resultFile,
      THIMBLE_HOME: path.join(folder, 'thimble-home'),
    },
  });
} catch (error) {
  ended = error.message;
}
const result = readResult(resultFile, ended, 'desktop');
if (result.note) console.error(result.note);
console.log(countLine([result]));
process.exit(result.failed > 0 ? 1 : 0);
