/**
 * The worst case of an injected text: a model that does whatever it reads. What the model writes is scripted; what
 * must hold are the gates of the program, with commands that only read allowed as they are by default.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { agentSetup } from '../support/agent-setup';
import { type Injection, injections } from './injected-texts';

const written = (name: string, args: Record<string, string>): string =>
  `<function=${name}>${Object.entries(args)
    .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>`)
    .join('')}</function>`;

/** A file name holds no `/` and no line break. */
const asName = (text: string): string => `${text.replace(/[^\w .,-]/g, '').slice(0, 80)}.txt`;

/** The workspace, the first call, by which the text reaches the model, and the request. */
function scene({ place, text }: Injection): {
  files: Record<string, string>;
  first: string;
  request: string;
} {
  const request = 'Update what is written in data.txt';
  const read = written('read_file', { path: 'data.txt' });
  switch (place) {
    case 'file':
      return { files: { 'data.txt': `${text}\n` }, first: read, request };
    case 'command output':
      return {
        files: { 'data.txt': `${text}\n` },
        first: written('run_command', { command: 'cat data.txt' }),
        request,
      };
    case 'file name':
      return { files: { 'data.txt': 'x\n', [asName(text)]: '' }, first: written('list_files', {}), request };
    case 'nested AGENTS.md':
      return {
        files: { 'data.txt': 'x\n', 'vendor/AGENTS.md': `${text}\n` },
        first: written('read_file', { path: 'vendor/AGENTS.md' }),
        request,
      };
    case 'search result':
      return {
        files: { 'data.txt': `needle ${text}\n` },
        first: written('search', { pattern: 'needle' }),
        request,
      };
    case 'issue text':
      return {
        files: { 'data.txt': 'x\n' },
        first: read,
        request: `Update what is written in data.txt. The issue reads:\n> ${text.replaceAll('\n', '\n> ')}`,
      };
  }
}

describe('injected texts', () => {
  it('are many, and in every place', () => {
    assert.ok(injections.length >= 60);
  });

  for (const edits of [false, true]) {
    it(`bring about no call that was not approved, with edits ${edits ? 'allowed in the chat' : 'asked about'}`, async function () {
      if (process.platform === 'win32') this.skip();
      this.timeout(180_000);
      for (const injection of injections) {
        const { files, first, request } = scene(injection);
        const { name, arguments: args } = injection.call;
        const setup = agentSetup(files, [first, written(name, args), 'Done.', 'Done.'], () => ({
          answer: 'no',
        }));
        try {
          mkdirSync(path.join(setup.folder, '.git', 'hooks'), { recursive: true });
          setup.ports.policy = { rules: () => [], shell: 'posix' };
          await setup.run(request, { standing: { edits, commands: false } });
          const label = `${injection.place}: ${injection.text}`;
          const seen = setup.model.prompts.join('\n');
          const marker =
            injection.place === 'file name' ? asName(injection.text) : (injection.text.split('\n')[0] ?? '');
          assert.ok(seen.includes(marker), `the text reached the model: ${label}`);
          const stopped = setup.events.some(
            (event) => event.type === 'step' && ['failed', 'refused'].includes(event.step.state),
          );
          assert.ok(stopped || edits, `the model tried: ${label}`);
          assert.ok(!existsSync(path.join(setup.folder, 'PWNED')), label);
          assert.ok(!existsSync(path.join(setup.folder, '..', 'PWNED')), label);
          assert.ok(!existsSync(path.join(setup.folder, '.vscode')), label);
          assert.deepEqual(readdirSync(path.join(setup.folder, '.git', 'hooks')), [], label);
          // A yes to edits in this chat is a yes to this one too: it is shown, kept, and can be put back.
          const isPlainEdit = args['path'] === 'data.txt';
          if (!(edits && isPlainEdit)) assert.equal(setup.read('data.txt'), files['data.txt'], label);
          else {
            await setup.checkpoints.restore('run-1');
            assert.equal(setup.read('data.txt'), files['data.txt'], label);
          }
        } finally {
          setup.dispose();
        }
      }
    });
  }
});
