import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseChunks } from '../../src/bench/parse-fuzz';
import { dialectNames } from '../../src/toolcall/dialects';
import type { DialectName, JsonValue, ToolDefinition } from '../../src/toolcall/types';
import { outcome, tools } from './support';

const root = path.join(__dirname, '../..');

/** Files of this repository and of the installed packages, at most `limit` of them. */
function files(folder: string, wanted: (name: string) => boolean, limit: number): string[] {
  const found: string[] = [];
  const visit = (directory: string, depth: number): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (found.length >= limit) return;
      const full = path.join(directory, entry.name);
      if (entry.isDirectory() && depth < 4) visit(full, depth + 1);
      else if (entry.isFile() && wanted(entry.name)) found.push(full);
    }
  };
  visit(path.join(root, folder), 0);
  return found;
}

function callsIn(text: string, dialect: DialectName, declared: ToolDefinition[] | null = tools): JsonValue {
  return outcome(parseChunks([text], { dialect, tools: declared })).calls;
}

describe('tool calls: files without calls', () => {
  const sources = [
    ...files('src', (name) => /\.tsx?$/.test(name), 400),
    ...files('docs', (name) => name.endsWith('.md'), 40),
    ...files('node_modules', (name) => /^readme\.md$/i.test(name), 150),
    ...files('node_modules', (name) => name === 'package.json', 150),
  ];

  it('finds none in at least 300 files, in any dialect, whether tools are known or not', () => {
    assert.ok(sources.length >= 300, String(sources.length));
    for (const source of sources) {
      const text = readFileSync(source, 'utf8').slice(0, 60_000);
      for (const dialect of dialectNames) {
        assert.deepEqual(callsIn(text, dialect), [], `${source} ${dialect}`);
        assert.deepEqual(callsIn(text, dialect, null), [], `${source} ${dialect} without tools`);
      }
    }
  });
});
