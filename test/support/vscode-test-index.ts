/**
 * Entry point inside the extension host, for the served workbench and for desktop VS Code alike.
 * The runner trusts only the result file: an extension host that dies looks like a success from outside.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

export function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: 60_000,
    forbidOnly: true,
    // Tabs, focus and language services settle by the editor's own clock. What passes at the second try is named.
    retries: 1,
    ...(process.env['THIMBLE_GREP'] ? { grep: process.env['THIMBLE_GREP'] } : {}),
  });
  for (const file of readdirSync(__dirname)) {
    if (file.endsWith('.vscode.test.js')) mocha.addFile(path.join(__dirname, file));
  }
  return new Promise((resolve, reject) => {
    const retried: string[] = [];
    const runner = mocha.run((failures) => {
      const resultFile = process.env['THIMBLE_RESULT'];
      if (resultFile) writeFileSync(resultFile, JSON.stringify({ stats: runner.stats, retried }));
      if (failures > 0) reject(new Error(`${failures} tests failed.`));
      else resolve();
    });
    runner.on('retry', (test: Mocha.Test) => retried.push(test.fullTitle()));
  });
}
