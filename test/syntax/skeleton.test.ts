import assert from 'node:assert/strict';
import { readFacts } from '../../src/syntax/file-facts';
import { skeleton } from '../../src/syntax/skeleton';
import { fixture, grammars } from './support';

describe('skeleton', () => {
  const check = (languageId: string, options: Parameters<typeof skeleton>[1], expected: string) =>
    it(`${languageId} ${JSON.stringify(options)}`, async () => {
      const { symbols } = await readFacts({ languageId, text: fixture(`${languageId}.txt`) }, grammars);
      assert.equal(skeleton(symbols, options), expected);
    });

  check(
    'python',
    { lineNumbers: true, indent: '    ' },
    `7: LIMIT = 10
10-16: def read(path: str, encoding: str = "utf-8") -> str
19-33: class Account(Base)
23:     balance: int = 0
25-27:     def empty(self) -> bool
29-33:     async def pay(self, amount)
30-31:         def check()
36: class Empty`,
  );
  check(
    'typescriptreact',
    {},
    `export interface Props
  title: string
export function Counter({ title }: Props)
  const onClick = () =>
export const Empty = () =>`,
  );

  it('of nothing is nothing', () => assert.equal(skeleton([]), ''));
});
