/** Builds `dist/` when its sources changed since the last build. */
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { runCommand } from '../lib/run-command.mjs';
import { hashInputs, isStamped, writeStamp } from '../lib/stamp.mjs';
import { step, upToDate } from '../lib/steps.mjs';

const inputs = ['src', 'media', 'esbuild.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** What the build of the current sources is called. */
export const sourceHash = () => hashInputs(root, inputs);

export async function ensureBuild() {
  await step('Build', async () => {
    const stamp = path.join(root, 'dist', '.sources');
    const hash = sourceHash();
    if (isStamped(stamp, hash)) return upToDate;
    await runCommand(process.execPath, ['esbuild.mjs']);
    writeStamp(stamp, hash);
  });
}
