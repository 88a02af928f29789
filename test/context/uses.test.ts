import assert from 'node:assert/strict';
import type { ContextSpan, Problem } from '../../src/protocol/indexer';
import { languageIdOf } from '../../src/syntax/languages';
import { syntaxInProcess } from '../support/agent-setup';
import { ports, syntaxOver } from './fake-ports';

/** Reasons by what they are of, for the lines of the first file. */
async function around(
  files: Record<string, string>,
  startLine: number,
  endLine: number,
  problems: Problem[] = [],
): Promise<ContextSpan[]> {
  const made = syntaxOver(files);
  try {
    while ((await made.syntax.request('indexStatus', null))?.state !== 'ready') await ports.clock.sleep();
    const [[path, text] = ['', '']] = Object.entries(files);
    const file = { path, languageId: languageIdOf(path), text };
    return await made.syntax.request('usedDefinitions', {
      file,
      range: { startLine, endLine },
      problems,
      told: [],
    });
  } finally {
    made.remove();
  }
}

function reasons(spans: readonly ContextSpan[], isUse: boolean): string[] {
  const wanted = spans.filter((span) => (span.isUse === true) === isUse);
  return [...new Set(wanted.map(({ path, symbol, reason }) => `${path} ${symbol}: ${reason}`))].sort();
}

const shape = `export function area(side: number): number {
  return side * side;
}

export function twice(side: number): number {
  return 2 * area(side);
}

export class Door {
  width = 3;

  open(angle: number): number {
    return area(angle);
  }
}
`;

describe('code that uses a definition', function () {
  this.timeout(60_000);

  it('is its callers and its tests, each with the line', async () => {
    const files = {
      'shape.ts': shape,
      'room.ts': `import { area } from './shape';\n\nexport function floor(): number {\n  return area(4);\n}\n`,
      'shape.test.ts': `import { area } from './shape';\n\nit('squares', () => {\n  assert.equal(area(2), 4);\n});\n`,
    };
    const spans = await around(files, 1, 3);
    assert.deepEqual(reasons(spans, true), [
      'room.ts floor: calls area on line 4',
      'shape.test.ts squares: test code that calls area on line 4',
      'shape.ts Door.open: calls area on line 13',
      'shape.ts twice: calls area on line 6',
    ]);
    const floor = spans.filter(({ symbol }) => symbol === 'floor');
    assert.deepEqual(
      floor.map(({ form, text }) => [form, text]),
      [
        ['skeleton', 'export function floor(): number\n  …\n  return area(4);'],
        ['body', 'export function floor(): number {\n  return area(4);\n}'],
      ],
    );
  });

  it('is none that means another definition of the name, and none that only looks like a use', async () => {
    const files = {
      'shape.ts': shape,
      'other.ts': `import { area } from './land';\n\nexport function field(): number {\n  return area(4);\n}\n`,
      'land.ts': 'export function area(side: number): number {\n  return side;\n}\n',
      'note.ts': `// area(7) is a comment\nexport const text = 'area(7)';\nexport function keep(area: number) {\n  return area;\n}\n`,
    };
    assert.deepEqual(reasons(await around(files, 1, 3), true), [
      'shape.ts Door.open: calls area on line 13',
      'shape.ts twice: calls area on line 6',
    ]);
  });

  it('follows a method through the type of its receiver', async () => {
    const files = {
      'shape.ts': shape,
      'house.ts': `import { Door } from './shape';\n\nexport function enter(door: Door): number {\n  return door.open(90);\n}\n`,
      'shop.ts': `import { Till } from './till';\n\nexport function pay(till: Till): void {\n  till.open(1);\n}\n`,
      'till.ts': 'export class Till {\n  open(at: number): void {}\n}\n',
    };
    assert.deepEqual(reasons(await around(files, 12, 14), true), [
      'house.ts enter: calls Door.open on line 4',
    ]);
  });

  it('is known in Python, with tests in a folder of their own', async () => {
    const files = {
      'shop/price.py':
        'def net(price):\n    return price / 1.2\n\n\ndef shown(price):\n    return str(net(price))\n',
      'tests/test_price.py':
        'from shop.price import net\n\n\ndef test_net():\n    assert net(12) == 10\n\n\ndef test_other():\n    assert True\n',
    };
    assert.deepEqual(reasons(await around(files, 1, 2), true), [
      'shop/price.py shown: calls net on line 6',
      'tests/test_price.py test_net: test code that calls net on line 5',
    ]);
  });

  it('is known of the file itself without an index', async () => {
    const file = { path: 'shape.ts', languageId: 'typescript', text: shape };
    const range = { startLine: 1, endLine: 3 };
    const spans = await syntaxInProcess.request('usedDefinitions', { file, range, problems: [], told: [] });
    assert.equal(reasons(spans, true).length, 2);
  });
});

describe('definitions that a problem names', function () {
  this.timeout(60_000);
  const main = `import { open } from './door';\n\nexport function run(): void {\n  open(3);\n}\n`;
  const files = {
    'main.ts': main,
    'door.ts': `import type { Width } from './width';\n\nexport function open(width: Width): void {}\n`,
    'width.ts': 'export interface Width {\n  inches: number;\n}\n',
  };

  it('go along, with the line of the problem', async () => {
    const message = "Argument of type 'number' is not assignable to parameter of type 'Width'.";
    const spans = await around(files, 3, 5, [{ line: 4, message }]);
    assert.deepEqual(reasons(spans, false), [
      'door.ts open: used there; imported on line 1',
      'width.ts Width: named by the problem on line 4; the only definition of that name',
    ]);
  });

  it('are none for a name that may mean several things', async () => {
    const message = "Cannot find name 'Width'.";
    const more = { ...files, 'tv.ts': 'export interface Width {\n  pixels: number;\n}\n' };
    const spans = await around(more, 3, 5, [{ line: 4, message }]);
    assert.deepEqual(reasons(spans, false), ['door.ts open: used there; imported on line 1']);
  });
});
