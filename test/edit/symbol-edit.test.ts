import assert from 'node:assert/strict';
import { applyEdit } from '../../src/edit/apply-edit';
import { cleanNewText } from '../../src/edit/clean-new-text';
import type { RefusalCode, Tolerance } from '../../src/edit/edit-types';
import { readFacts } from '../../src/syntax/file-facts';
import { grammars } from '../syntax/support';

interface Case {
  it: string;
  languageId: string;
  text: string;
  name: string;
  new: string;
  delete?: boolean;
  gives?: string;
  tolerances?: Tolerance[];
  refused?: RefusalCode;
  reason?: RegExp;
}

/** Symbols of both texts come from the real grammars. */
function check(cases: Case[]): void {
  for (const one of cases) {
    it(one.it, async () => {
      const { languageId, text } = one;
      const { symbols } = await readFacts({ languageId, text }, grammars);
      const cleaned = cleanNewText(one.new, text, languageId);
      assert.ok(cleaned.ok);
      const { symbols: newSymbols } = await readFacts({ languageId, text: cleaned.text }, grammars);
      const edit = {
        type: 'symbol' as const,
        name: one.name,
        new: one.new,
        ...(one.delete ? { delete: true } : {}),
      };
      const result = applyEdit(text, edit, symbols, { languageId, newSymbols });
      if (one.gives !== undefined) {
        assert.deepEqual(result, { result: 'applied', content: one.gives, tolerances: one.tolerances ?? [] });
      } else {
        assert.equal(result.result, 'refused', JSON.stringify(result));
        assert.equal(result.code, one.refused);
        if (one.reason) assert.match(result.reason, one.reason);
      }
    });
  }
}

const python = `import math


class Stats:
    """Numbers."""

    # The middle one.
    @property
    def median(self):
        return sorted(self.v)[0]

    def mean(self):
        return sum(self.v)


def mean(values):
    return sum(values)


def top(values):
    return max(values)
`;
const javascript = `/** Adds. */
export function add(a, b) {
  return a - b;
}

export class Box {
  open() {
    return 1;
  }
}
`;
const go =
  'package a\n\nfunc Add(a, b int) int {\n\treturn a - b\n}\n\nfunc Sub(a, b int) int {\n\treturn a - b\n}\n';

describe('symbol edits', () => {
  check([
    {
      it: 'replaces a function and nothing around it',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'def top(values):\n    return min(values)\n',
      gives: python.replace('max(values)', 'min(values)'),
    },
    {
      it: 'writes the file’s line ends',
      languageId: 'python',
      text: python.replaceAll('\n', '\r\n'),
      name: 'top',
      new: 'def top(values):\n    return min(values)\n',
      gives: python.replace('max(values)', 'min(values)').replaceAll('\n', '\r\n'),
    },
    {
      it: 'moves a method that was written flush left to its place, and keeps its comment and decorator',
      languageId: 'python',
      text: python,
      name: 'Stats.median',
      new: 'def median(self):\n    v = sorted(self.v)\n    return v[1]',
      gives: python.replace(
        '        return sorted(self.v)[0]',
        '        v = sorted(self.v)\n        return v[1]',
      ),
      tolerances: ['leading-comment-kept', 'indentation'],
    },
    {
      it: 'understands a method of which only the first line is flush left',
      languageId: 'python',
      text: python,
      name: 'Stats.mean',
      new: 'def mean(self):\n        return 0',
      gives: python.replace('        return sum(self.v)', '        return 0'),
      tolerances: ['indentation'],
    },
    {
      it: 'takes a method out of the class that was written around it',
      languageId: 'python',
      text: python,
      name: 'Stats.mean',
      new: 'class Stats:\n    def mean(self):\n        return 0\n',
      gives: python.replace('        return sum(self.v)', '        return 0'),
      tolerances: ['only-target-taken'],
    },
    {
      it: 'takes the target out of several known definitions',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'def mean(values):\n    return 0\n\n\ndef top(values):\n    return 1\n\n\nprint(top([1]))\n',
      gives: python.replace('max(values)', '1'),
      tolerances: ['only-target-taken'],
    },
    {
      it: 'refuses a name that several definitions have',
      languageId: 'python',
      text: python,
      name: 'mean',
      new: 'def mean(values):\n    return 0\n',
      refused: 'ambiguous',
      reason: /Stats\.mean \(line \d+\), mean \(line \d+\)/,
    },
    {
      it: 'refuses an unknown name and says which are near',
      languageId: 'python',
      text: python,
      name: 'medians',
      new: 'def medians():\n    pass\n',
      refused: 'no-match',
      reason: /median/,
    },
    {
      it: 'refuses new text that defines another symbol',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'def bottom(values):\n    return min(values)\n',
      refused: 'wrong-symbol',
      reason: /defines “bottom”, not “top”/,
    },
    {
      it: 'refuses new text with a definition that the file does not have',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'def helper():\n    return 1\n\n\ndef top(values):\n    return helper()\n',
      refused: 'wrong-symbol',
      reason: /also defines “helper”/,
    },
    {
      it: 'refuses to lose an import',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'import heapq\n\ndef top(values):\n    return heapq.nlargest(1, values)[0]\n',
      refused: 'wrong-symbol',
      reason: /import heapq/,
    },
    {
      it: 'drops an import that the file has',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'import math\n\n\ndef top(values):\n    return math.inf\n',
      gives: python.replace('max(values)', 'math.inf'),
      tolerances: ['only-target-taken'],
    },
    {
      it: 'refuses text without the symbol',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'return min(values)\n',
      refused: 'wrong-symbol',
    },
    {
      it: 'refuses an empty text',
      languageId: 'python',
      text: python,
      name: 'top',
      new: ' \n',
      refused: 'empty',
    },
    {
      it: 'removes a symbol when told to',
      languageId: 'python',
      text: python,
      name: 'mean',
      new: '',
      delete: true,
      refused: 'ambiguous',
    },
    {
      it: 'removes a method with the blank lines after it',
      languageId: 'python',
      text: python,
      name: 'Stats.median',
      new: '',
      delete: true,
      gives: python.replace(/ {4}# The middle[^]*\[0\]\n\n/, ''),
    },
    {
      it: 'refuses the same text',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'def top(values):\n    return max(values)\n',
      refused: 'unchanged',
    },
    {
      it: 'refuses a body that is left out',
      languageId: 'python',
      text: python,
      name: 'top',
      new: 'def top(values):\n    # ... existing code ...\n    return 1\n',
      refused: 'elided',
    },
    {
      it: 'keeps the comment and the export of a function',
      languageId: 'javascript',
      text: javascript,
      name: 'add',
      new: '```js\nfunction add(a, b) {\n  return a + b;\n}\n```',
      gives: javascript.replace('a - b', 'a + b'),
      tolerances: ['code-fence', 'leading-comment-kept', 'export-kept'],
    },
    {
      it: 'takes a new comment instead of the old one',
      languageId: 'javascript',
      text: javascript,
      name: 'add',
      new: '// Sum.\nexport function add(a, b) {\n  return a + b;\n}\n',
      gives: javascript.replace('a - b', 'a + b').replace('/** Adds. */', '// Sum.'),
    },
    {
      it: 'accepts a method that does not parse on its own',
      languageId: 'javascript',
      text: javascript,
      name: 'Box.open',
      new: 'open() {\n  return 2;\n}',
      gives: javascript.replace('return 1', 'return 2'),
      tolerances: ['indentation'],
    },
    {
      it: 'accepts names as other languages write them',
      languageId: 'javascript',
      text: javascript,
      name: 'Box#open()',
      new: '  open() {\n    return 2;\n  }\n',
      gives: javascript.replace('return 1', 'return 2'),
      tolerances: ['symbol-name'],
    },
    {
      it: 'turns spaces into the file’s tabs',
      languageId: 'go',
      text: go,
      name: 'Add',
      new: 'func Add(a, b int) int {\n    return a + b\n}\n',
      gives: go.replace('a - b', 'a + b'),
      tolerances: ['indentation'],
    },
    {
      it: 'says that a file without definitions has none',
      languageId: 'plaintext',
      text: 'a\n',
      name: 'a',
      new: 'b',
      refused: 'no-symbols',
    },
  ]);
});
