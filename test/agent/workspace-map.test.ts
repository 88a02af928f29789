import path from 'node:path';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { indexOf } from '../context/fake-ports';
import { type AgentSetup, agentSetup } from '../support/agent-setup';
import { checkGolden } from '../support/golden';

const names = ['apple', 'bread', 'cheese', 'dates', 'eggs', 'figs'];
const files: Record<string, string> = {
  'shop/money.py':
    'class Money:\n    """An amount in one currency."""\n\n    def plus(self, other):\n        return self\n\n\ndef zero():\n    return Money()\n',
  ...Object.fromEntries(
    names.map((name) => [
      `shop/${name}.py`,
      `from shop.money import Money, zero\n\n\ndef price_of_${name}():\n    return zero().plus(Money())\n`,
    ]),
  ),
  'shop/total.py': `${names.map((name) => `from shop.${name} import price_of_${name}`).join('\n')}\n\n\ndef total():\n    return [${names.map((name) => `price_of_${name}()`).join(', ')}]\n`,
};
const call = (name: string): string =>
  `=find_symbol>\n<parameter=name>\n${name}\n</parameter>\n</function>\n</tool_call>`;

describe('what the agent knows of a workspace', function () {
  this.timeout(60_000);
  let setup: AgentSetup;
  before(() => {
    setup = agentSetup(files, (prompt) =>
      prompt.endsWith('<function') ? call('total') : 'It adds up the prices.',
    );
    setup.ports.syntax = indexOf(setup.folder, path.join(setup.folder, '.index', 'test.thx'));
  });
  after(() => setup.dispose());

  it('opens its prompts, and definitions are found by name', async () => {
    await setup.run('Where is total defined?');
    checkGolden('agent-map', setup.model.prompts.join('\n\n======== next request ========\n\n'));
  });

  it('stays as it is in the next task, also when a file has changed that it does not tell of', async () => {
    await setup.run('Where is total defined?');
    const map = (prompt = ''): string | undefined => /The most used definitions[^]*?\n\n/.exec(prompt)?.[0];
    const before = map(setup.model.prompts.at(-1));
    assert.ok(before);
    writeFileSync(
      path.join(setup.folder, 'shop/total.py'),
      'from shop.money import zero\n\n\ndef total():\n    return zero()\n',
    );
    await setup.ports.syntax.request('updateIndex', { paths: ['shop/total.py'] });
    await setup.run('Where is total defined?');
    assert.equal(map(setup.model.prompts.at(-1)), before);
  });

  it('leaves out what the user has dropped', async () => {
    const dropped = [{ path: 'shop/money.py', symbol: 'zero' }];
    const none = {
      version: 1,
      pinned: () => Promise.resolve([]),
      isPinned: () => false,
      note: () => undefined,
    };
    setup.ports.choices = { ...none, dropped: () => dropped };
    await setup.run('Where is total defined?');
    const prompt = setup.model.prompts.at(-1) ?? '';
    assert.match(prompt, /The most used definitions[^]*class Money/);
    assert.doesNotMatch(prompt, /def zero\(\)/);
  });
});
