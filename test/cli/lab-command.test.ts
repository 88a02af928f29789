import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentPorts } from '../../src/agent/ports';
import type { Core, ModelOptions } from '../../src/cli/compose';
import { labRun, labShow } from '../../src/cli/lab-command';
import { parseLabFile } from '../../src/prompt/lab-file';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { type FakeModel, fakeModel } from '../support/fake-model';

const never = new AbortController().signal;
const files = { 'stats.py': 'def median(values):\n    return sorted(values)[len(values) // 2]\n' };

describe('thimble lab', () => {
  let setup: AgentSetup;
  let models: FakeModel[] = [];
  beforeEach(() => {
    setup = agentSetup(files, []);
    models = [];
  });
  afterEach(() => setup.dispose());
  const core = {
    agentPorts: (model: FakeModel, _cwd: string, approve: AgentPorts['approve']) => ({
      ...setup.ports,
      model,
      approve,
    }),
    loadModel: ({ model = 'default' }: ModelOptions) => {
      const made = { ...fakeModel([`${model} says hello`, `${model} says hello`]), name: model };
      models.push(made);
      return Promise.resolve(made);
    },
  } as unknown as Core;
  const port = (json = false) => {
    const lines: string[] = [];
    return { lines, output: { write: (line: string) => void lines.push(line), json, isTty: false } };
  };
  const show = async (task: string): Promise<string> => {
    const { lines, output } = port();
    await labShow(core, task, { cwd: setup.folder, profile: 'qwen2.5-coder' }, output, never);
    return `${lines.join('\n')}\n`;
  };

  it('shows the prompt of a task as it reaches the model, and changes nothing', async () => {
    const shown = parseLabFile(await show('Make the function median take the mean of both middle values'));
    assert.deepEqual(
      shown.messages.map(({ role }) => role),
      ['system', 'user'],
    );
    assert.match(
      shown.messages[1]?.content ?? '',
      /stats\.py, function median:\ndef median.*Rewrite the function/s,
    );
    assert.equal(shown.prefill, '```python\n');
    assert.equal(setup.read('stats.py'), files['stats.py']);
  });

  it('says so when a task asks the model nothing', async () => {
    await assert.rejects(show('rename median to middle'), { code: 'lab-no-prompt' });
    assert.equal(setup.read('stats.py'), files['stats.py']);
  });

  it('runs a prompt on each model and each profile, laid out for it, and keeps all of it', async () => {
    const file = path.join(setup.folder, 'prompt.txt');
    const golden = path.join(setup.folder, 'golden.txt');
    writeFileSync(file, '%% system\nBe brief.\n%% user\nHi\n');
    const { lines, output } = port(true);
    const options = { models: ['a', 'b'], profiles: ['qwen2.5-coder', 'gemma3'], maxTokens: 9, save: golden };
    assert.equal(await labRun(core, file, options, output, never), 0);
    const answers = lines.map((line) => JSON.parse(line) as { model: string; profile: string; text: string });
    assert.deepEqual(
      answers.map(({ model, profile, text }) => `${model} ${profile}: ${text}`),
      [
        'a qwen2.5-coder: a says hello',
        'a gemma3: a says hello',
        'b qwen2.5-coder: b says hello',
        'b gemma3: b says hello',
      ],
    );
    assert.match(models[0]?.prompts[0] ?? '', /^<\|im_start\|>system\nBe brief\./);
    assert.match(models[0]?.prompts[1] ?? '', /^<bos><start_of_turn>user\nBe brief\.\n\nHi/);
    const kept = readFileSync(golden, 'utf8');
    assert.match(kept, /^===== prompt\n.*Be brief/s);
    assert.match(kept, /===== b, profile gemma3\nb says hello/);
  });

  it('tells figures beside each answer, and which answers are the same', async () => {
    const file = path.join(setup.folder, 'prompt.txt');
    writeFileSync(file, 'Hi');
    const { lines, output } = port();
    await labRun(core, file, { models: [], profiles: ['qwen3', 'smollm'], maxTokens: 9 }, output, never);
    assert.match(
      lines[0] ?? '',
      /── default, profile qwen3: 10 tokens read \(4 cached\), .*ended by end\ndefault says/,
    );
    assert.match(lines[1] ?? '', /the same answer as the first/);
  });

  it('refuses a profile and a file that are not there', async () => {
    const options = { models: [], profiles: ['nonsense'], maxTokens: 9 };
    const file = path.join(setup.folder, 'prompt.txt');
    writeFileSync(file, 'Hi');
    await assert.rejects(labRun(core, file, options, port().output, never), { code: 'usage' });
    await assert.rejects(labRun(core, `${file}.gone`, options, port().output, never), { code: 'usage' });
  });
});
