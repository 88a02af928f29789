import assert from 'node:assert/strict';
import { definitionsFor } from '../../src/context/definitions-for';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import { languageIdOf } from '../../src/syntax/languages';
import { ports, syntaxOver } from './fake-ports';

const never = new AbortController().signal;

/** The definitions that lines of the first file use, as the prompts show them. */
async function used(files: Record<string, string>, startLine: number, endLine: number): Promise<string[]> {
  const made = syntaxOver(files);
  try {
    while ((await made.syntax.request('indexStatus', null))?.state !== 'ready') await ports.clock.sleep();
    const [[path, text] = ['', '']] = Object.entries(files);
    const file = { path, languageId: languageIdOf(path), text };
    const { countTokens } = ports;
    const { definitions: parts } = await definitionsFor(
      { file, range: { startLine, endLine } },
      { syntax: made.syntax, countTokens, use: 'agent' },
      never,
    );
    return parts.map((part) => `${part.path}: ${part.text}`);
  } finally {
    made.remove();
  }
}

describe('the definitions that code uses', function () {
  this.timeout(60_000);

  it('are those of the file and of imported ones, what the lines define left out', async () => {
    const main =
      "import { area } from './shape';\n\nconst factor = 2;\n\nexport function twice(side: number) {\n  return factor * area(side);\n}\n\nexport function unused() {}\n";
    const shape =
      'export function area(side: number): number {\n  return side * side;\n}\n\nexport function edge() {}\n';
    const files = { 'main.ts': main, 'shape.ts': shape, 'other.ts': 'export const area = 3;\n' };
    assert.deepEqual(await used(files, 5, 7), [
      'main.ts: const factor = 2;',
      'shape.ts: export function area(side: number): number {\n  return side * side;\n}',
    ]);
  });

  it('leave out what may mean several things', async () => {
    const files = {
      'main.ts': 'export function run(thing: any) {\n  thing.open();\n}\n',
      'door.ts': 'export class Door {\n  open() {}\n}\n',
      'shop.ts': 'export class Shop {\n  open() {}\n}\n',
    };
    assert.deepEqual(await used(files, 1, 3), []);
  });

  it('are none that only bear the name of a member', async () => {
    const files = {
      'main.ts':
        'export function run(list: number[], more: number[]) {\n  return [...list.map(twice), ...[1].filter(Boolean)].concat(more);\n}\n',
      'tools.ts':
        'export function map() {}\n\nexport function filter() {}\n\nexport function concat() {}\n\nexport function twice() {}\n',
    };
    assert.deepEqual(await used(files, 1, 3), ['tools.ts: export function twice() {}']);
  });

  it('are none that the file has a variable or a parameter of', async () => {
    const files = {
      'main.ts':
        'export function run(width: number, list: number[]) {\n  const height = 2;\n  const [depth] = list;\n  return list.map((at) => at * width * height * depth * weight());\n}\n',
      'tools.ts': ['width', 'height', 'depth', 'at', 'weight']
        .map((name) => `export function ${name}() {}\n`)
        .join('\n'),
    };
    assert.deepEqual(await used(files, 1, 5), ['tools.ts: export function weight() {}']);
  });

  it('are members of what is no name, functions of what is imported whole, and what a spread takes', async () => {
    const files = {
      'main.ts':
        "import * as tools from 'far-tools';\n\nexport function run() {\n  return [make().openWide(), tools.filterAll(), ...takeAll()];\n}\n",
      'door.ts': 'export class Door {\n  openWide() {}\n}\n',
      'tools.ts': 'export function filterAll() {}\n\nexport function takeAll() {}\n',
    };
    assert.deepEqual(await used(files, 3, 5), [
      'door.ts: export class Door\n  openWide() {}',
      'tools.ts: export function filterAll() {}\nexport function takeAll() {}',
    ]);
  });

  it('follow the declared type of a receiver', async () => {
    const files = {
      'main.ts':
        "import { Door } from './door';\n\nexport function run(door: Door) {\n  return door.open(1);\n}\n",
      'door.ts': 'export class Door {\n  open(width: number) {\n    return width;\n  }\n}\n',
      'shop.ts': 'export class Shop {\n  open() {}\n}\n',
    };
    const [part = ''] = await used(files, 3, 5);
    assert.match(part, /^door\.ts: [^]*open\(width: number\)/);
    assert.doesNotMatch(part, /shop/);
  });

  it('are none of a function’s own inside', async () => {
    const files = {
      'main.py':
        'def outer():\n    def helper():\n        return 1\n    return helper()\n\n\ndef run():\n    return helper()\n',
    };
    assert.deepEqual(await used(files, 7, 8), []);
  });

  it('are none while the parser is away, and the signal ends the wait', async () => {
    const syntax = {
      request: () => Promise.reject(new Error('gone')),
      dispose: () => undefined,
    } as unknown as SyntaxService;
    const work = {
      file: { path: 'a.ts', languageId: 'typescript', text: '' },
      range: { startLine: 1, endLine: 1 },
    };
    const { countTokens } = ports;
    const away = { syntax, countTokens, use: 'agent' } as const;
    assert.deepEqual(await definitionsFor(work, away, never), { definitions: [], uses: [] });
    const aborted = AbortSignal.abort();
    await assert.rejects(definitionsFor(work, away, aborted), { name: 'AbortError' });
  });
});
