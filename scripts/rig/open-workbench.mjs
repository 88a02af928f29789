/** Opens Thimble for a person: in desktop VS Code, or where there is none, in a served workbench for a browser. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageExtension } from '../package.mjs';
import { root, scratchRoot } from '../lib/paths.mjs';
import { runCommand, which } from '../lib/run-command.mjs';
import { isStamped, writeStamp } from '../lib/stamp.mjs';
import { step, upToDate } from '../lib/steps.mjs';
import { ensureCodeServer } from './install.mjs';
import { installVsix, startServer } from './server.mjs';

/** A port that stays the same, so that a reload of the page finds the server again. */
const port = 8347;

/**
 * @param {string} folder the project to open
 * @param {string} [model] the model to use, where it is not this machine's default
 */
export async function openWorkbench(folder, model) {
  const code = desktopCode();
  if (code) {
    await step('Open VS Code', () =>
      runCommand(code, ['--new-window', `--extensionDevelopmentPath=${root}`, folder], {
        shell: process.platform === 'win32',
      }),
    );
    return;
  }
  const rig = await ensureCodeServer();
  const vsix = await packageExtension();
  const profile = path.join(scratchRoot, 'workbench');
  await step('Install Thimble into it', () => installOnce({ rig, folder: profile, vsix }));
  const server = await step('Serve the workbench', () =>
    serve({ rig, folder: profile, userHome: true, settings: model ? { 'thimble.model': model } : {} }),
  );
  const query = new URL(server.url);
  query.searchParams.set('folder', folder);
  console.log(`\nOpen this address in a browser:\n\n  ${query}\n`);
  console.log('Thimble is the thimble in the bar on the left. Ctrl-C here ends it.');
  await server.exited;
}

/** `code` where a window can be shown. */
function desktopCode() {
  if (process.env.THIMBLE_START === 'browser') return undefined;
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return display ? which('code') : undefined;
}

async function installOnce({ rig, folder, vsix }) {
  const stamp = path.join(folder, '.installed');
  const hash = createHash('sha256').update(readFileSync(vsix)).digest('hex');
  if (isStamped(stamp, hash)) return upToDate;
  await installVsix({ rig, folder, vsix });
  writeStamp(stamp, hash);
}

/** On the usual port; on any free one where another program has that. */
async function serve(options) {
  try {
    return await startServer({ ...options, port });
  } catch (error) {
    if (!/EADDRINUSE/.test(error.message)) throw error;
    return startServer(options);
  }
}
