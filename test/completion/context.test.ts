import assert from 'node:assert/strict';
import { createCompleter } from '../../src/completion/completer';
import { createContextProvider } from '../../src/context/context-provider';
import { estimateTokens } from '../../src/model/token-estimate';
import { systemClock } from '../../src/node/clock';
import { completionContextTokens } from '../../src/prompt/fill-in-the-middle';
import { syntaxOver } from '../context/fake-ports';
import { fakeModel } from '../support/fake-model';
import { checkGolden } from '../support/golden';

const files = {
  'src/money.ts': `/** An amount in one currency. */
export interface Money {
  amount: number;
  currency: string;
}

export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new Error('currencies differ');
  return { amount: a.amount + b.amount, currency: a.currency };
}
`,
  'src/order.ts': `import type { Money } from './money';

export class Order {
  constructor(private readonly lines: Money[]) {}

  /** Prices of the order's lines. */
  prices(): Money[] {
    return this.lines;
  }
}
`,
  'src/unrelated.ts':
    'export function openDoor(door: { isOpen: boolean }): void {\n  door.isOpen = true;\n}\n',
};

const prefix = `import { addMoney, type Money } from './money';
import { Order } from './order';

export function totalOf(order: Order): Money {
  let total: Money = { amount: 0, currency: 'EUR' };
  `;
const suffix = '\n  return total;\n}\n';

describe('a completion in a workspace', function () {
  this.timeout(60_000);
  const made = syntaxOver(files);
  after(made.remove);

  /** The whole prompts that reach the model while the user types `steps` one after the other. */
  async function promptsOf(...steps: string[]): Promise<string[]> {
    const { syntax } = made;
    while ((await syntax.request('indexStatus', null))?.state !== 'ready') {
      await systemClock.sleep(5);
    }
    const options = { syntax, countTokens: estimateTokens, budget: completionContextTokens };
    const provider = createContextProvider({ ...options, limit: () => new Promise(() => undefined) });
    const model = fakeModel(() => 'x');
    const completer = createCompleter({ model, clock: systemClock });
    for (const typed of steps) {
      const before = prefix + typed;
      const file = { path: 'src/total.ts', languageId: 'typescript', text: before + suffix };
      const context = await provider.at({ file, offset: before.length });
      const request = { path: file.path, languageId: file.languageId, prefix: before, suffix, context };
      await completer.complete({ ...request, raw: true }, new AbortController().signal);
    }
    return model.prompts;
  }

  it('opens the prompt with the code of other files that it is likely to use', async () => {
    const [prompt = ''] = await promptsOf('');
    checkGolden('completion-context', prompt);
  });

  it('reads nothing again but the cursor’s own part, from line to line', async () => {
    const steps = ['', 'for (const price of ', 'for (const price of order.prices()) {\n    '];
    const [first = '', ...later] = await promptsOf(...steps);
    const [head] = first.split('<|fim_middle|>');
    assert.match(head ?? '', /addMoney/);
    assert.ok(later.length >= 2);
    for (const prompt of later) assert.equal(prompt.split('<|fim_middle|>')[0], head);
  });
});
