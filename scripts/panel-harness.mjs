// Shows the built panel in a browser, outside VS Code: `node --import tsx scripts/panel-harness.mjs [PORT]`.
import { startHarness } from '../test/webview/harness.ts';
import { scenes } from '../test/webview/scenes.ts';

const { url } = await startHarness(Number(process.argv[2] ?? 0));
for (const name of Object.keys(scenes)) console.log(`${url}/?scene=${name}&theme=dark`);
