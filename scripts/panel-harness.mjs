// Shows the built panel in a browser, outside VS Code: `node --import tsx scripts/panel-harness.mjs [PORT]`.
import path from 'node:path';
import { startHarness } from '../test/webview/harness.ts';
import { scenes } from '../test/webview/scenes.ts';
import { root } from './lib/paths.mjs';

// Told, since the harness is an ECMAScript module here and cannot tell where it lies itself.
const { url } = await startHarness(Number(process.argv[2] ?? 0), path.join(root, 'dist', 'webview'));
for (const name of Object.keys(scenes)) console.log(`${url}/?scene=${name}&theme=dark`);
