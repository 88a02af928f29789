import assert from 'node:assert/strict';
import path from 'node:path';
import { runAgent } from '../../src/agent/run-agent';
import { createCompleter } from '../../src/completion/completer';
import { profileFor } from '../../src/model/catalogue';
import { createEngineSupervisor, type EngineSupervisor } from '../../src/model/engine-supervisor';
import type { LanguageModel } from '../../src/model/language-model';
import { systemClock } from '../../src/node/clock';
import { runSelectionAction } from '../../src/selection/selection-action';
import { agentSetup, syntaxInProcess } from '../support/agent-setup';

const modelPath = process.env['THIMBLE_TEST_MODEL_05B'];
const never = new AbortController().signal;

/** What a user would judge, on the real 0.5B weights. */
(modelPath === undefined ? describe.skip : describe)('the core on real weights', () => {
  let supervisor: EngineSupervisor;
  let model: LanguageModel;

  before(async () => {
    supervisor = createEngineSupervisor({ enginePath: path.resolve(__dirname, '../../dist/engine.mjs') });
    model = await supervisor.load({
      name: 'qwen2.5-coder-0.5b',
      profile: profileFor('qwen2.5-coder-0.5b'),
      params: { modelPath: modelPath!, lanes: { chat: 4096, completion: 2048 }, gpuLayers: 0 },
    });
  });
  after(() => supervisor.dispose());

  it('completes the sum of two parameters', async () => {
    const completer = createCompleter({ model, clock: systemClock });
    const request = {
      path: 'a.py',
      languageId: 'python',
      prefix: 'def add(a, b):\n    return ',
      suffix: '\n',
    };
    const result = await completer.complete(request, never);
    assert.equal(result.text, 'a + b');
    assert.equal(result.shown, true);
  });

  it('reads only what was typed when typing goes on', async () => {
    const completer = createCompleter({ model, clock: systemClock });
    const before = '# Geometry of simple shapes.\n'.repeat(20);
    const at = (typed: string) => ({
      path: 'a.py',
      languageId: 'python',
      prefix: `${before}def area(width, height):\n    ${typed}`,
      suffix: '\n\nprint(area(2, 3))\n',
      raw: true,
      singleLine: true,
    });
    await completer.complete(at('ret'), never);
    const next = await completer.complete(at('retu'), never);
    assert.ok(next.uncachedTokens <= 8, `${next.uncachedTokens} tokens were read again`);
    assert.ok(next.cachedTokens > 100);
  });

  it('answers a question, and goes on when the engine is killed in the middle', async () => {
    const agent = agentSetup({ 'a.py': 'x = 1\n' }, []);
    try {
      let killed = false;
      const ports = { ...agent.ports, model };
      const events: string[] = [];
      const result = await runAgent(
        {
          text: 'Hello',
          attachments: [],
          history: [],
          seed: 1,
          maxSteps: 10,
          timeLimitMs: 120_000,
          commandTimeoutMs: 60_000,
          platform: process.platform,
        },
        ports,
        (event) => {
          events.push(event.type === 'step' ? event.step.verb : event.type);
          if (event.type === 'text' && !killed) {
            killed = true;
            process.kill(supervisor.pid!, 'SIGKILL');
          }
        },
        never,
      );
      assert.equal(result.outcome, 'done');
      assert.ok(events.includes('Engine restarted'));
      assert.ok(result.messages.at(-1)!.content.length > 2);
    } finally {
      agent.dispose();
    }
  });

  it('explains a selection', async () => {
    let streamed = '';
    const result = await runSelectionAction(
      {
        kind: 'explain',
        file: {
          path: 'a.py',
          text: 'def add(a, b):\n    return a + b\n',
          format: { encoding: 'utf-8', bom: false, eol: '\n', mixedEol: false },
          hash: '',
          languageId: 'python',
          readOnly: false,
          dirty: false,
        },
        startLine: 1,
        endLine: 2,
        diagnostics: [],
      },
      {
        model,
        syntax: syntaxInProcess,
        workspace: { exists: () => Promise.resolve(false), read: () => Promise.reject(new Error('none')) },
      },
      (delta) => (streamed += delta),
      never,
    );
    assert.ok(result.kind === 'text');
    assert.match(result.markdown, /add|sum/i);
    assert.equal(streamed.trim(), result.markdown);
  });
});
