import assert from 'node:assert/strict';
import { parseChunks } from '../../src/bench/parse-fuzz';
import { dialectNames } from '../../src/toolcall/dialects';
import { renderCall } from '../../src/toolcall/render';
import { outcome, tools } from './support';

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
  [
    'C++ with templates',
    'template <typename tool>\nstruct parameter { std::function<tool()> f; };\nif (a < function && b > tool) {}\n<function\n',
  ],
  [
    'HTML',
    '<details>\n<summary>tools</summary>\n<function>bash</function>\n<tool>hammer</tool>\n</details>\n',
  ],
  [
    'XML',
    '<?xml version="1.0"?>\n<tools>\n  <tool name="bash"/>\n  <parameter name="command">ls</parameter>\n</tools>',
  ],
  ['a diff', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-<function=old>\n+<function=bash>\n'],
  ['TypeScript', 'type A = Map<tool_call, function_call>;\nconst f = <T,>(x: T) => x;\n<tool_call>\n'],
  [
    'a list of tools',
    'Tools:\n- bash(command): runs a command\n- read_file(path)\n\nCall bash with {"command": "ls"}.\n',
  ],
  ['a schema', '{"type": "function", "function": {"name": "bash", "parameters": {"type": "object"}}}'],
  ['a request log', 'POST /v1/chat\n{"model": "m", "tools": [{"name": "bash"}]}\n200 OK\n'],
  ['a heredoc', 'cat > call.txt <<EOF\n<tool_call>\nEOF\n'],
  ['a call of no tool', '{"name": "rm", "arguments": {"command": "ls"}}'],
  ['a key too many', '{"name": "bash", "arguments": {"command": "ls", "sudo": true}}'],
  ['a bare block with a foreign key', '<function=bash>\n<parameter=cmd>\nls\n</parameter>\n</function>'],
  ['an object with a name', '{"name": "bash"}'],
  ['a name in a tag', '<function>bash</function>\n<parameter>command</parameter>\nls\n</function>'],
  ['words of other frames', '<call=bash>\n<parameter=command>ls</call>\nfunction=bash>\nls\n</function>'],
  ['an object of another kind', '{"name": "bash", "arguments": ["not", "an", "object"]}'],
  ['an incomplete call', '{"name": "bash", "arguments": {}}'],
];

/** Places that show a call as an example. */
const frames: [string, (call: string) => string][] = [
  ['a fence', (call) => `Write:\n\`\`\`xml\n${call}\n\`\`\`\nand stop.`],
  ['a fence of tildes', (call) => `Write:\n~~~\n${call}\n~~~\nand stop.`],
  ['a longer fence', (call) => `Write:\n\`\`\`\`md\n${call}\n\`\`\`\`\nand stop.`],
  ['a fence in a fence', (call) => `\`\`\`\`md\nLike so:\n\`\`\`\n${call}\n\`\`\`\n\`\`\`\`\nand stop.`],
  ['a quotation', (call) => `> \`\`\`\n${call.replace(/^/gm, '> ')}\n> \`\`\`\n\nand stop.`],
  ['a list', (call) => `1. Write:\n   \`\`\`\n${call.replace(/^/gm, '   ')}\n   \`\`\`\n2. Stop.`],
  ['a fence without end', (call) => `Write:\n\`\`\`xml\n${call}\nand so on`],
  ['inline code', (call) => `Write \`${call.replaceAll('\n', ' ')}\` and stop.`],
  ['inline code with two marks', (call) => `Write \`\`${call.replaceAll('\n', ' ')}\`\` and stop.`],
];
const forms = dialectNames.filter((name) => !['auto', 'hermes-lenient', 'qwen3.5'].includes(name));
const examples = frames.flatMap(([frame, show]) =>
  forms.map((form): [string, string] => [
    `${form} in ${frame}`,
    show(renderCall(form, { name: 'bash', arguments: { command: 'ls' } })),
  ]),
);

describe('tool calls: texts without calls', () => {
  for (const [name, text] of [...written, ...examples]) {
    it(`finds none in ${name}`, () => {
      for (const dialect of dialectNames) {
        const found = outcome(parseChunks([text], { dialect, tools }));
        assert.deepEqual(found.calls, [], dialect);
        assert.equal(found.text, text, dialect);
      }
    });
  }
});
