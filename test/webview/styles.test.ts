import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const media = path.resolve(__dirname, '../../media');

describe('styles of the panel', () => {
  it('are one file for each part, all of them imported and none too long', () => {
    const entry = readFileSync(path.join(media, 'panel.css'), 'utf8');
    const imported = [...entry.matchAll(/@import '\.\/panel\/(.+)';/g)].map(([, name]) => name);
    const parts = readdirSync(path.join(media, 'panel'));
    assert.deepEqual([...imported].sort(), parts.sort());
    assert.equal(imported.at(-1), 'adapting.css', 'what overrules the parts comes last');
    for (const part of parts) {
      const lines = readFileSync(path.join(media, 'panel', part), 'utf8').split('\n').length;
      assert.ok(lines <= 400, `${part} has ${lines} lines`);
    }
  });
});
