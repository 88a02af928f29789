import assert from 'node:assert/strict';
import { ports, syntaxOver } from '../context/fake-ports';
import { runTool } from '../../src/tools/prepare-tool';
import { limits, never, portsOn, syntaxInProcess } from './support';

const many = Array.from({ length: 14 }, (_, at) => [`many/m${at}.py`, 'def often():\n    pass\n']);
const files: Record<string, string> = {
  'shop.py':
    'class Shop:\n    """Sells things."""\n\n    def open(self, hour):\n        return hour\n\n\ndef open(door):\n    return door\n',
  ...(Object.fromEntries(many) as Record<string, string>),
};

describe('find_symbol', function () {
  this.timeout(60_000);
  const made = syntaxOver(files);
  after(made.remove);
  const find = async (args: object): Promise<string> => {
    while ((await made.syntax.request('indexStatus', null))?.state !== 'ready') await ports.clock.sleep();
    const call = { name: 'find_symbol', arguments: args };
    return (await runTool(call, portsOn(made.folder, { syntax: made.syntax }), limits, never)).forModel;
  };

  it('tells place, declaration, owner and comment', async () => {
    assert.equal(await find({ name: 'Shop' }), 'shop.py:1: class Shop — Sells things.');
    assert.equal(
      await find({ symbol: 'open' }),
      'shop.py:8: def open(door)\nshop.py:4: def open(self, hour) (in Shop)',
    );
    assert.equal(await find({ name: 'Shop.open' }), 'shop.py:4: def open(self, hour) (in Shop)');
  });

  it('says when there are more than it shows', async () => {
    const lines = (await find({ name: 'often' })).split('\n');
    assert.equal(lines.length, 13);
    assert.match(lines[0] ?? '', /^many\/m0\.py:1: def often\(\) \[named in 14 files\]$/);
    assert.match(lines.at(-1) ?? '', /^\[There are more/);
  });

  it('sends to a search when it finds nothing, and says whether it may know later', async () => {
    assert.equal(
      await find({ name: 'closing' }),
      'Nothing of the name “closing” is defined here. Use search to find the text.',
    );
    const syntax = {
      ...syntaxInProcess,
      request: () => Promise.resolve([]),
    } as unknown as typeof syntaxInProcess;
    const outcome = await runTool(
      { name: 'find_symbol', arguments: { name: 'x' } },
      portsOn(made.folder, { syntax }),
      limits,
      never,
    );
    assert.match(outcome.forModel, /is known yet.*Use search/);
    assert.match(await find({}), /“name” is missing/);
  });
});
