import assert from 'node:assert/strict';
import { contextSpans } from '../../src/context/context-spans';
import { packSpans } from '../../src/context/pack';
import type { ContextSpan, SourceFile } from '../../src/protocol/indexer';
import { readFacts } from '../../src/syntax/file-facts';
import { languageIdOf } from '../../src/syntax/languages';
import { grammars } from '../syntax/support';

const source = (path: string, text: string): SourceFile => ({ path, languageId: languageIdOf(path), text });

/** The spans for the place marked `|` in the first file. */
async function spansAt(marked: SourceFile, others: SourceFile[]): Promise<ContextSpan[]> {
  const before = marked.text.slice(0, marked.text.indexOf('|')).split('\n');
  const file = { ...marked, text: marked.text.replace('|', '') };
  const position = { line: before.length, column: before.at(-1)!.length + 1 };
  const parse = async (one: SourceFile) => ({ file: one, facts: await readFacts(one, grammars) });
  return contextSpans({ ...(await parse(file)), position, others: await Promise.all(others.map(parse)) });
}

const view = source(
  'src/view.ts',
  `import { Store, open } from './store';

const width = 80;

export class View {
  constructor(private readonly store: Store) {}

  render(): string {
    const rows = open(this.store.path);
    return pad(rows.|join(','), width);
  }

  clear(): void {}

  resize(columns: number): void {}
}

function pad(text: string, length: number): string {
  return text.padEnd(length);
}

function unrelated(): void {}
`,
);
const store = source(
  'src/store.ts',
  `/** Where rows are kept. */
export class Store {
  path = '';
  read(): string[] {
    return [];
  }
  write(rows: string[]): void {}
}

export function open(path: string): string[] {
  return [path];
}

export function unusedHere(): void {}
`,
);
const openTab = source('lib/other.ts', 'export function open(a: number): number {\n  return a;\n}\n');

describe('contextSpans', () => {
  it('TypeScript: definitions of the names used, with true reasons', async () => {
    const spans = await spansAt(view, [store, openTab]);
    const bodies = spans.filter((span) => span.form === 'body');
    assert.deepEqual(
      bodies.map(({ path, startLine, endLine, reason }) => [path, startLine, endLine, reason]).sort(),
      [
        ['lib/other.ts', 1, 3, 'defines open, used on line 9; its file is open'],
        ['src/store.ts', 10, 12, 'defines open, used on line 9; its file is imported'],
        ['src/store.ts', 3, 3, 'defines Store.path, used on line 9; its file is imported'],
        ['src/view.ts', 18, 20, 'defines pad, used on line 10; in this file'],
        ['src/view.ts', 3, 3, 'defines width, used on line 10; in this file'],
      ],
    );
    const score = (path: string): number =>
      bodies.find((span) => span.path === path && span.startLine < 12)!.score;
    assert.ok(
      score('src/store.ts') > score('lib/other.ts'),
      'what is imported comes before what is merely open',
    );
    assert.ok(!spans.some((span) => span.text.includes('unrelated')));
  });

  it('TypeScript: the members of the class and the outline of what is imported', async () => {
    const spans = await spansAt(view, [store, openTab]);
    const members = spans.find((span) => span.reason.startsWith('members of View'));
    assert.equal(
      members?.text,
      `export class View
  constructor(private readonly store: Store)
  render(): string
  clear(): void
  resize(columns: number): void`,
    );
    const outline = spans.find((span) => span.reason === 'outline of src/store.ts, which is imported');
    assert.match(outline!.text, /function unusedHere\(\): void/);
    assert.ok(!spans.some((span) => span.reason === 'outline of lib/other.ts, which is imported'));
  });

  it('Python: a class as body, skeleton and signature; packed within a budget', async () => {
    const main = source(
      'app/main.py',
      'from .bank import Account\nimport json\n\ndef run(name):\n    account = Account(name)\n    account.|\n',
    );
    const bank = source(
      'app/bank.py',
      'class Account:\n    """An account."""\n    def __init__(self, name):\n        self.name = name\n\n    def pay(self, amount):\n        return amount\n',
    );
    const spans = await spansAt(main, [bank]);
    const forms = spans.filter(({ reason }) => reason.startsWith('defines Account,'));
    assert.deepEqual(
      forms.map(({ form, text }) => [form, text]),
      [
        ['body', bank.text.trimEnd()],
        ['skeleton', 'class Account\n  def __init__(self, name)\n  def pay(self, amount)'],
        ['signature', 'class Account'],
      ],
    );
    const tokens = spans.map((span) => Math.ceil(span.text.length / 4));
    for (const [budget, form] of [
      [4, 'signature'],
      [20, 'skeleton'],
      [200, 'body'],
    ] as const) {
      assert.equal(packSpans(spans, budget, tokens).spans[0]?.form, form, `${budget} tokens`);
    }
  });

  it('is the same for the same input, and does not depend on the order of the files', async () => {
    const first = await spansAt(view, [store, openTab]);
    assert.deepEqual(await spansAt(view, [openTab, store]), first);
  });

  it('a keystroke before the cursor changes no text of the spans', async () => {
    const typed = { ...view, text: view.text.replace('rows.|', 'rows.j|') };
    const texts = async (file: SourceFile) => (await spansAt(file, [store])).map((span) => span.text).sort();
    assert.deepEqual(await texts(typed), await texts(view));
  });

  it('has nothing to say for an empty file or one without a grammar', async () => {
    assert.deepEqual(await spansAt(source('a.ts', '|'), []), []);
    assert.deepEqual(await spansAt(source('a.txt', 'open|'), [store]), []);
  });
});
