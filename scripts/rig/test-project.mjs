/** Everything that a run in the served workbench needs: the rig, the packaged extension, a copy of the sample project. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeScratch, root } from '../lib/paths.mjs';
import { packageExtension } from '../package.mjs';
import { ensureBuild } from '../setup/build.mjs';
import { ensureModel, makeHome } from '../setup/model.mjs';
import { ensureChromium, ensureCodeServer } from './install.mjs';
import { startWorkbench } from './workbench.mjs';

/**
 * @param {string} name of the scratch folder
 * @param {{model: string, view?: {width?: number, height?: number, scale?: number}}} options catalogue name of the model
 */
export async function openSampleProject(name, { model, view }) {
  const rig = await ensureCodeServer();
  const chromium = await ensureChromium();
  await ensureBuild();
  const { path: modelPath } = await ensureModel(model);
  const vsix = await packageExtension();
  const folder = makeScratch(name);
  const workspace = path.join(folder, 'stats-py');
  cpSync(path.join(root, 'test', 'workspaces', 'stats-py'), workspace, { recursive: true });
  const home = makeHome(folder, modelPath);
  const workbench = await startWorkbench({
    rig,
    chromium,
    folder,
    workspace,
    vsix,
    env: { THIMBLE_HOME: home },
    settings: { 'thimble.model': model },
    view,
  });
  return {
    ...workbench,
    folder,
    read: (file) => readFileSync(path.join(workspace, file), 'utf8'),
    exists: (file) => existsSync(path.join(workspace, file)),
    /** Waits for something outside the page. @param {() => boolean} holds */
    until: async (holds, timeoutMs = 30_000) => {
      const limit = Date.now() + timeoutMs;
      while (!holds()) {
        if (Date.now() > limit) throw new Error(`did not hold within ${timeoutMs / 1000} s: ${holds}`);
        await workbench.page.waitForTimeout(200);
      }
    },
  };
}
