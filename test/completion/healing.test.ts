import assert from 'node:assert/strict';
import { healPrefix } from '../../src/completion/healing';

describe('healPrefix', () => {
  const cases: [prefix: string, begin: string][] = [
    ['return su', ' su'],
    ['return ', ' '],
    ['\treturn\t', '\t'],
    ['values.appe', '.appe'],
    ['my_va', '_va'],
    ['foo(', '('],
    ['x = foo((', '(('],
    ['x +=', ' +='],
    ['x1', ''],
    ['a1b', 'b'],
    ['def f():\n', ''],
    ['def f():\n    ', ' '],
    ['', ''],
    ['word', 'word'],
    ['größ', ''],
    ['grün', 'n'],
    [`// ${'='.repeat(70)}`, ''],
    [`base64${'A'.repeat(70)}`, ''],
  ];
  for (const [prefix, begin] of cases) {
    it(JSON.stringify(prefix.slice(-20)), () => {
      const healed = healPrefix(prefix);
      assert.equal(healed.begin, begin);
      assert.equal(healed.prompt + healed.begin, prefix);
    });
  }
});
