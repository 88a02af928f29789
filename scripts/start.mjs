/**
 * `npm start`: sets everything up and opens Thimble on the sample project.
 * `npm start -- "TASK" [--cwd D] [--seed N] [--yes] [--model M]`: does the task in the terminal instead,
 * without `--cwd` on a scratch copy of the sample project.
 */
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { makeScratch, root } from './lib/paths.mjs';
import { step } from './lib/steps.mjs';
import { splitStartArguments } from './lib/start-arguments.mjs';
import { ensureBuild } from './setup/build.mjs';
import { cli, ensureModel } from './setup/model.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { measureEngine } from './setup/engine-check.mjs';

/** A copy, so that the sample keeps its bug. */
function copySample() {
  const folder = path.join(makeScratch('sample'), 'stats-py');
  cpSync(path.join(root, 'test', 'workspaces', 'stats-py'), folder, { recursive: true });
  return folder;
}

/** Runs the agent at this terminal. @returns {Promise<number>} its exit code */
function runTask(request) {
  const cwd = request.cwd ?? copySample();
  console.log(`● Task in ${cwd}\n`);
  const child = spawn(process.execPath, [cli, 'run', request.task, '--cwd', cwd, ...request.passedOn], {
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child too; it stops in order and decides the exit code.
  process.removeAllListeners('SIGINT').on('SIGINT', () => undefined);
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 130)));
}

async function main() {
  const request = splitStartArguments(process.argv.slice(2));
  await ensurePackages();
  await ensureBuild();
  // `--model` may also name a file, which is checked when it is loaded.
  const model = request.model?.endsWith('.gguf') ? { path: request.model } : await ensureModel(request.model);
  if (request.task !== undefined) return runTask(request);
  await step('Engine', () => measureEngine(model.path));
  const { openWorkbench } = await import('./rig/open-workbench.mjs');
  await openWorkbench(copySample(), request.model);
  return 0;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(error.usage ? 2 : 1);
}
