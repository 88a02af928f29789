import assert from 'node:assert/strict';
import { tokenFigures } from '../../src/bench/token-figures';
import type { GenerateEvent, LanguageModel } from '../../src/model/language-model';
import { promptText } from '../../src/prompt/chat-template';
import type { AgentEvent, PromptPiece } from '../../src/protocol/agent';
import { type AgentSetup, agentSetup } from '../support/agent-setup';

const prompt = (...pieces: PromptPiece[]): AgentEvent => ({ type: 'prompt', pieces });
const usage = (used: number, written: number, cached: number): AgentEvent => ({
  type: 'usage',
  usage: { used, written, cached, contextSize: 8192, tokensPerSecond: 1 },
});
const system: PromptPiece = { role: 'system', text: 'You are it.\n' };
const user = (text: string): PromptPiece => ({ role: 'user', text });

describe('the prompt tokens of a task', () => {
  it('are summed over its turns', () => {
    const events = [
      prompt(system, user('a\n')),
      usage(24, 10, 0),
      prompt(system, user('a\nb\n')),
      usage(26, 10, 14),
    ];
    assert.deepEqual(tokenFigures(events), {
      promptTokens: 30,
      cachedTokens: 14,
      evaluatedTokens: 16,
      evaluatedAgainTokens: 0,
      writtenTokens: 20,
    });
  });

  it('are evaluated again where a message of an earlier prompt was not in the cache', () => {
    // One token a character: the second prompt has 12 for the system, 12 for a new message and 6 for an old one.
    const first = prompt(system, user('older\n'));
    const second = prompt(system, user('a new line.\n'), user('older\n'));
    const again = (cached: number): number =>
      tokenFigures([first, usage(18, 0, 0), second, usage(30, 0, cached)]).evaluatedAgainTokens;
    assert.equal(again(12), 6);
    assert.equal(again(0), 18);
    assert.equal(again(27), 3);
  });

  it('are evaluated again where a message begins as an earlier one did; what follows is new', () => {
    const first = prompt(user('code\nmore\norder'));
    const second = prompt(user('code\nmore\ntried\norder'));
    const again = (cached: number): number =>
      tokenFigures([first, usage(15, 0, 0), second, usage(21, 0, cached)]).evaluatedAgainTokens;
    assert.equal(again(10), 0);
    assert.equal(again(0), 10);
  });

  it('are not counted twice for a prompt that was sent again after a crash', () => {
    const events = [prompt(system), prompt(system), usage(12, 0, 0)];
    assert.deepEqual([tokenFigures(events).promptTokens, tokenFigures(events).evaluatedAgainTokens], [12, 0]);
  });

  it('of control tokens and empty lines are no repetition', () => {
    const layout: PromptPiece = { role: 'layout', text: '<|end|>\n' };
    const events = [
      prompt(layout, user('a\n\n')),
      usage(11, 0, 0),
      prompt(layout, user('b\n\n')),
      usage(11, 0, 0),
    ];
    assert.equal(tokenFigures(events).evaluatedAgainTokens, 0);
  });
});

describe('of all prompt tokens of a task at most 5 % are evaluated a second time', () => {
  let agent: AgentSetup | undefined;
  afterEach(() => agent?.dispose());

  const share = async (files: Record<string, string>, replies: string[], task: string): Promise<number> => {
    agent = agentSetup(files, []);
    agent.ports.model = cachingModel(replies, agent.model);
    // Each edit asks, so that no small changes are searched for without the model.
    await agent.run(task);
    const { promptTokens, evaluatedAgainTokens } = tokenFigures(agent.events);
    assert.ok(promptTokens > 0);
    return evaluatedAgainTokens / promptTokens;
  };

  it('in a repair that takes several tries', async () => {
    const files = {
      'prices.py':
        'def total(prices, discount):\n    """The sum of the prices less the discount in percent."""\n    result = 0\n    for price in prices:\n        result += price\n    return round(result * shown(discount), 2)\n\n\ndef shown(discount):\n    return discount / 100\n',
      'test_prices.py':
        'import unittest\n\nfrom prices import total\n\n\nclass TotalTest(unittest.TestCase):\n    def test_no_discount(self):\n        self.assertEqual(total([1, 2], 0), 3)\n\n    def test_half(self):\n        self.assertEqual(total([10, 20], 50), 15)\n',
    };
    const tried = (end: string): string =>
      `def total(prices, discount):\n    result = 0\n    for price in prices:\n        result += price\n    return ${end}\n\`\`\``;
    const replies = [
      'result',
      'result + 1',
      'result * 2',
      'result - discount',
      'round(result * (1 - discount / 100), 2)',
    ];
    const again = await share(
      files,
      [...replies.map(tried), 'It was wrong.'],
      'Fix the failing test in test_prices.py',
    );
    assert.ok(again <= 0.05, `${(100 * again).toFixed(1)} %`);
  });

  it('in a question that takes several calls', async () => {
    const files = { 'a.py': 'def one():\n    return 1\n', 'b.py': 'def two():\n    return 2\n' };
    const call = (path: string): string =>
      `<function=read_file>\n<parameter=path>\n${path}\n</parameter>\n</function>\n</tool_call>`;
    const again = await share(
      files,
      [call('a.py'), call('b.py'), 'One and two.'],
      'What is in a.py and in b.py?',
    );
    assert.ok(again <= 0.05, `${(100 * again).toFixed(1)} %`);
  });
});

/** A model with one sequence, as the engine has it: what a prompt shares with the last one and its answer is cached. */
function cachingModel(replies: readonly string[], like: LanguageModel): LanguageModel {
  let held = '';
  let next = 0;
  return {
    ...like,
    generate: async function* (request): AsyncGenerator<GenerateEvent> {
      await Promise.resolve();
      const text = promptText(request.prompt);
      const isAsked = request.maxTokens <= 2;
      let reply = isAsked ? 'yes' : (replies[next++] ?? 'Done.');
      if (text.endsWith('<function') && reply.startsWith('<function'))
        reply = reply.slice('<function'.length);
      const stop = (request.stop ?? []).map((each) => reply.indexOf(each)).filter((at) => at >= 0);
      if (stop.length > 0) reply = reply.slice(0, Math.min(...stop));
      let cached = 0;
      while (cached < Math.min(held.length, text.length) && held[cached] === text[cached]) cached++;
      held = text + reply;
      yield { type: 'text', text: reply, tokens: reply.length };
      yield {
        type: 'done',
        reason: stop.length > 0 ? 'stop' : 'end',
        stats: {
          promptTokens: text.length,
          cachedTokens: cached,
          uncachedTokens: text.length - cached,
          generatedTokens: reply.length,
          promptMs: 1,
          firstTokenMs: 1,
          totalMs: 2,
          contextSize: 8192,
        },
      };
    },
  };
}
