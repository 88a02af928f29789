import assert from 'node:assert/strict';
import { collectSpans } from '../../src/context/collect-spans';
import { languageIdOf } from '../../src/syntax/languages';
import { files, ports } from './fake-ports';

const { signal } = new AbortController();

describe('collectSpans', () => {
  const check = (path: string, line: number, expected: string) =>
    it(`reads what ${path} imports`, async () => {
      const file = { path, languageId: languageIdOf(path), text: files[path]! };
      const spans = await collectSpans({ file, position: { line, column: 1 } }, ports, signal);
      assert.ok(
        spans.some(({ reason }) => reason === expected),
        JSON.stringify(spans, null, 1),
      );
    });
  check('src/main.ts', 4, 'defines area, used on line 4; its file is imported');
  check('cmd/main.go', 6, 'defines Area, used on line 6; its file is imported');

  it('prefers the open editor to the disk', async () => {
    const file = { path: 'src/main.ts', languageId: 'typescript', text: files['src/main.ts']! };
    const open = [{ path: 'src/shape.ts', languageId: 'typescript', text: 'export const area = 1;\n' }];
    const spans = await collectSpans({ file, open, position: { line: 4, column: 1 } }, ports, signal);
    assert.deepEqual(
      spans.filter((span) => span.path === 'src/shape.ts').map((span) => span.text),
      ['export const area = 1;', 'export const area = 1', 'export const area = 1'],
    );
  });

  it('stops when it is aborted', async () => {
    const file = { path: 'src/main.ts', languageId: 'typescript', text: files['src/main.ts']! };
    const aborted = AbortSignal.abort();
    await assert.rejects(collectSpans({ file, position: { line: 4, column: 1 } }, ports, aborted), {
      name: 'AbortError',
    });
  });
});
