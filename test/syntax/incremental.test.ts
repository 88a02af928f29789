import assert from 'node:assert/strict';
import { createFactsReader, readFacts } from '../../src/syntax/file-facts';
import { editBetween } from '../../src/syntax/text-edit';
import { fixture, grammars } from './support';

const languages = [
  ...['c', 'cpp', 'csharp', 'css', 'go', 'html', 'java', 'javascript', 'javascriptreact', 'json', 'jsonc'],
  ...['markdown', 'php', 'python', 'ruby', 'rust', 'shellscript', 'typescript', 'typescriptreact', 'yaml'],
];

/** Numbers from 0 up to a limit, the same ones in each run. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** One edit as a person or a tool makes it: lines that go, come twice or move, a character, a name that changes. */
function edited(text: string, next: (limit: number) => number): string {
  const lines = text.split('\n');
  const at = next(lines.length);
  const line = lines[at] ?? '';
  switch (next(6)) {
    case 0:
      return [...lines.slice(0, at), ...lines.slice(at + 1 + next(3))].join('\n');
    case 1:
      return [...lines.slice(0, at), line, ...lines.slice(at)].join('\n');
    case 2: {
      const from = next(lines.length);
      const block = lines.slice(from, from + 1 + next(6));
      return [...lines.slice(0, at), ...block, ...lines.slice(at)].join('\n');
    }
    case 3: {
      const column = next(line.length + 1);
      const typed = ['x', ' ', '(', '{', '}', '\n', '"', '😀', 'value = 1', '// '][next(10)] ?? '';
      return [
        ...lines.slice(0, at),
        line.slice(0, column) + typed + line.slice(column),
        ...lines.slice(at + 1),
      ].join('\n');
    }
    case 4:
      return [
        ...lines.slice(0, at),
        line.replace(/[A-Za-z]\w+/, (name) => `${name}Two`),
        ...lines.slice(at + 1),
      ].join('\n');
    default:
      return [...lines.slice(0, at), line.slice(0, next(line.length + 1)), ...lines.slice(at + 1)].join('\n');
  }
}

describe('facts of a file that is edited', function () {
  this.timeout(120_000);

  for (const languageId of languages) {
    it(`are those that the file has alone: ${languageId}`, async () => {
      const original = fixture(`${languageId}.txt`);
      const reader = createFactsReader(grammars);
      const next = numbers(languageId.length * 977);
      let text = original;
      let compared = 0;
      for (let edit = 0; edit < 120; edit++) {
        // Broken code stays broken: from time to time it is mended, by an edit as well.
        text = edit % 6 === 0 ? original : edited(text, next);
        const [now, alone] = [
          await reader.read({ languageId, text }),
          await readFacts({ languageId, text }, grammars),
        ];
        // Of broken code, a parser may take another part for whole, by what it knew before.
        if (alone.errors.count > 0 || now.errors.count > 0) continue;
        assert.deepEqual(now, alone, `after edit ${edit} of ${languageId}`);
        compared++;
      }
      reader.dispose();
      assert.ok(compared >= 20, `${compared} compared`);
    });
  }

  it('are of the new language when the same file gets another', async () => {
    const reader = createFactsReader(grammars);
    await reader.read({ languageId: 'python', text: 'def area():\n    pass\n' });
    const text = 'function area() {}\n';
    const now = await reader.read({ languageId: 'javascript', text });
    assert.deepEqual(now, await readFacts({ languageId: 'javascript', text }, grammars));
    reader.dispose();
  });
});

describe('editBetween', () => {
  const check = (name: string, before: string, after: string, expected: ReturnType<typeof editBetween>) =>
    it(name, () => assert.deepEqual(editBetween(before, after), expected));

  check('finds nothing between equal texts', 'abc', 'abc', undefined);
  check('finds what was typed', 'ac', 'abc', { start: 1, oldEnd: 1, newEnd: 2 });
  check('finds what was taken away', 'abc', 'ac', { start: 1, oldEnd: 2, newEnd: 1 });
  check('finds what was typed twice', 'aa', 'aaa', { start: 2, oldEnd: 2, newEnd: 3 });
  check('begins with nothing', '', 'ab', { start: 0, oldEnd: 0, newEnd: 2 });
  check('takes no character apart', 'a😀b', 'a😁b', { start: 1, oldEnd: 3, newEnd: 3 });
});
