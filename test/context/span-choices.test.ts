import assert from 'node:assert/strict';
import { definitionsFor, pinnedFor } from '../../src/context/definitions-for';
import { partsOf } from '../../src/context/parts';
import { createSpanChoices, type SpanControl } from '../../src/context/span-choices';
import { languageIdOf } from '../../src/syntax/languages';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import { syntaxInProcess } from '../support/agent-setup';

const stack = `export class Stack {
  items: string[] = [];

  push(item: string): void {
    this.items.push(item);
  }
}

export function empty(): Stack {
  return new Stack();
}
`;
const push = { path: 'stack.ts', symbol: 'Stack.push' };
const countTokens = (texts: string[]): Promise<number[]> =>
  Promise.resolve(texts.map((text) => Math.ceil(text.length / 4)));

/** Choices over files that a test changes; `kept` outlives them. */
function over(
  files: Record<string, string>,
  kept: { state?: unknown } = {},
  syntax: SyntaxService = syntaxInProcess,
): SpanControl {
  return createSpanChoices({
    read: (path) => {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Error('missing'))
        : Promise.resolve({ path, languageId: languageIdOf(path), text });
    },
    syntax,
    countTokens: (text) => text.length,
    kept: { get: () => kept.state, set: (state) => (kept.state = state) },
  });
}

describe('what the user pins and drops', () => {
  it('is shown as its file is now, wherever the definition has moved to', async () => {
    const files = { 'stack.ts': stack };
    const choices = over(files);
    choices.pin({ ...push, line: 4 });
    const before = await choices.pinned();
    assert.deepEqual(
      before.map(({ form, startLine, pinned }) => [form, startLine, pinned]),
      [
        ['signature', 4, true],
        ['body', 4, true],
      ],
    );
    files['stack.ts'] = `// moved\n\n${stack.replace('item: string', 'item: string, at: number')}`;
    const [signature] = await choices.pinned();
    assert.equal(signature?.startLine, 6);
    assert.match(signature.text, /at: number/);
    assert.deepEqual((await choices.view()).pinned, [
      {
        ...push,
        state: 'there',
        startLine: 6,
        endLine: 8,
        tokens: before[1]!.text.length + ', at: number'.length,
      },
    ]);
  });

  it('says so when a definition or its file is gone, and shows it again when it is back', async () => {
    const files: Record<string, string> = { 'stack.ts': stack };
    const choices = over(files);
    choices.pin({ ...push, line: 4 });
    files['stack.ts'] = 'export class Stack {}\n';
    assert.deepEqual(await choices.pinned(), []);
    assert.deepEqual((await choices.view()).pinned, [{ ...push, state: 'gone' }]);
    delete files['stack.ts'];
    assert.deepEqual((await choices.view()).pinned, [{ ...push, state: 'gone' }]);
    files['stack.ts'] = stack;
    assert.equal((await choices.view()).pinned[0]?.state, 'there');
  });

  it('is not said to be gone while the parser is away', async () => {
    const syntax = {
      request: () => Promise.reject(new Error('died')),
      dispose: () => undefined,
    } as unknown as SyntaxService;
    const choices = over({ 'stack.ts': stack }, {}, syntax);
    choices.pin({ ...push, line: 4 });
    assert.deepEqual(await choices.pinned(), []);
    assert.deepEqual((await choices.view()).pinned, [{ ...push, state: 'away' }]);
  });

  it('means the definition nearest to where it stood, of several of one name', async () => {
    const twice = 'def area(a):\n    pass\n\n\ndef area(b):\n    pass\n';
    const choices = over({ 'a.py': twice });
    choices.pin({ path: 'a.py', symbol: 'area', line: 5 });
    assert.equal((await choices.pinned())[0]?.text, 'def area(b)');
  });

  it('is kept for the workspace; what nobody wrote counts as nothing', async () => {
    const kept: { state?: unknown } = {};
    const first = over({ 'stack.ts': stack }, kept);
    first.pin({ ...push, line: 4 });
    first.drop({ path: 'stack.ts', symbol: 'empty' });
    const second = over({ 'stack.ts': stack }, kept);
    assert.ok(second.isPinned(push));
    assert.deepEqual(second.dropped(), [{ path: 'stack.ts', symbol: 'empty' }]);
    for (const state of [undefined, 7, { pinned: [{ path: 1 }] }]) {
      assert.deepEqual(await over({}, { state }).view(), { pinned: [], shown: [], dropped: [] });
    }
  });

  it('is one or the other, and another version each time', () => {
    const choices = over({ 'stack.ts': stack });
    const versions = [choices.version];
    choices.drop(push);
    versions.push(choices.version);
    choices.pin({ ...push, line: 4 });
    versions.push(choices.version);
    assert.deepEqual([choices.isPinned(push), choices.dropped()], [true, []]);
    choices.drop(push);
    versions.push(choices.version);
    assert.deepEqual([choices.isPinned(push), choices.dropped()], [false, [push]]);
    choices.takeBack(push);
    versions.push(choices.version);
    assert.deepEqual(choices.dropped(), []);
    assert.equal(new Set(versions).size, versions.length);
  });

  it('has a limit, which is told', () => {
    const choices = over({});
    for (let at = 0; at < 50; at++) choices.pin({ path: 'a.ts', symbol: `f${at}`, line: 1 });
    choices.pin({ path: 'a.ts', symbol: 'f7', line: 2 });
    assert.throws(() => choices.pin({ path: 'a.ts', symbol: 'one more', line: 1 }), {
      code: 'too-many-pins',
    });
  });

  it('holds for the definitions that code uses, of which it tells what went along', async () => {
    const text = `${stack}\nexport function main(): Stack {\n  return empty();\n}\n`;
    const choices = over({ 'stack.ts': text });
    const file = { path: 'stack.ts', languageId: 'typescript', text };
    const range = { startLine: 13, endLine: 15 };
    const ports = { syntax: syntaxInProcess, countTokens, use: 'agent', choices } as const;
    const used = async (): Promise<string[]> =>
      (await definitionsFor({ file, range }, ports, new AbortController().signal)).definitions.map(
        (part) => part.text,
      );
    assert.match((await used()).join(), /function empty/);
    const [{ use, spans } = { use: '', spans: [] }] = (await choices.view()).shown;
    assert.equal(use, 'agent');
    const shown = spans.find(({ symbol }) => symbol === 'empty');
    assert.equal(shown?.reason, 'used there; in the same file');
    choices.drop({ path: 'stack.ts', symbol: 'empty' });
    assert.doesNotMatch((await used()).join(), /function empty/);
    choices.pin({ path: 'stack.ts', symbol: 'empty', line: 1 });
    assert.doesNotMatch((await used()).join(), /function empty/, 'it is shown as pinned and not twice');
    assert.match(partsOf(await pinnedFor({ choices, countTokens }))[0]?.text ?? '', /function empty/);
  });
});
