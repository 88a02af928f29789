import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseChunks } from '../../src/bench/parse-fuzz';
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

/** Texts that look like calls and are none. */
const written: [string, string][] = [
  [
    'C++',
    '```cpp\n#include <functional>\n#include <tools>\nstd::function<int(int)> f;\n```\nand outside:\n#include <functional>\n',
  ],
  [
    'JSX',
    'function App() {\n  return <tool name="x"><Parameter value={1} /></tool>;\n}\n<function_call />\n',
  ],
  ['Jinja', "{{- '\\n<tool_call>\\n<function=' + tool_call.name + '>\\n' }}\n<function={{ name }}>\n"],
  [
    'JSON',
    'Your package.json:\n```json\n{"name": "bash", "version": "1.0.0", "scripts": {"test": "mocha"}}\n```',
  ],
  [
    'documentation',
    'Wrap a call in `<tool_call>`:\n```xml\n<tool_call>\n<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>\n```\nand nothing else.',
  ],
  [
    'inline',
    'Write <function=bash><parameter=command>ls</parameter></function> in your answer, or `<tools>`.',
  ],
  [
    'a chat log',
    'User: call bash please\nAssistant: {"role": "assistant", "tool_calls": []}\nUser: thanks\n',
  ],
  [
    'a quotation',
    '> ```\n> <tool_call>{"name": "bash", "arguments": {"command": "ls"}}</tool_call>\n> ```\n',
  ],
  [
    'JSON in the middle',
    'Send this:\n```json\n{"name": "bash", "arguments": {"command": "ls"}}\n```\nto the server.',
  ],
  ['an object of another kind', '{"name": "bash", "arguments": ["not", "an", "object"]}'],
  ['an incomplete call', '{"name": "bash", "arguments": {}}'],
];

describe('tool calls: texts without calls', () => {
  const sources = [
    ...files('src', (name) => /\.tsx?$/.test(name), 400),
    ...files('docs', (name) => name.endsWith('.md'), 40),
    ...files('node_modules', (name) => /^readme\.md$/i.test(name), 150),
    ...files('node_modules', (name) => name === 'package.json', 150),
  ];

  it('finds none in at least 300 files, in any dialect that recovers', () => {
    assert.ok(sources.length + written.length >= 300, String(sources.length));
    for (const source of sources) {
      const text = readFileSync(source, 'utf8').slice(0, 60_000);
      for (const dialect of ['qwen3-coder', 'hermes', 'auto'] as const) {
        assert.deepEqual(outcome(parseChunks([text], { dialect, tools })).calls, [], `${source} ${dialect}`);
      }
    }
  });

  for (const [name, text] of written) {
    it(`finds none in ${name}`, () => {
      for (const dialect of ['qwen3-coder', 'hermes', 'auto'] as const) {
        const found = outcome(parseChunks([text], { dialect, tools }));
        assert.deepEqual(found.calls, [], dialect);
        assert.equal(found.text, text, dialect);
      }
    });
  }
});
