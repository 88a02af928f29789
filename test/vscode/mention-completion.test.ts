import assert from 'node:assert/strict';
import { createMentionCompletion, matchRank, withLimit } from '../../src/vscode/mention-completion';

const paths = ['docs/stats.md', 'src/base/text.ts', 'src/stats.py', 'src/my stats.py', 'test/test_stats.py'];

describe('files and symbols for the input', () => {
  let listed = 0;
  const completion = (
    symbols: { path: string; name: string; kind: string }[] | Error | 'never' = [],
    files: string[] | Error = paths,
  ) => {
    listed = 0;
    return createMentionCompletion({
      workspace: {
        list: () => {
          listed++;
          return files instanceof Error
            ? Promise.reject(files)
            : Promise.resolve({ paths: files, truncated: false });
        },
        search: ({ pattern }) =>
          Promise.resolve({
            matches: [{ path: 'src/stats.py', line: 3, column: 1, text: 'def median_low(values):' }].filter(
              ({ text }) => new RegExp(pattern, 'i').test(text),
            ),
            truncated: false,
          }),
      },
      openSymbols: () =>
        Promise.resolve({
          path: 'src/a.ts',
          symbols: [
            {
              name: 'open',
              kind: 'method',
              containers: ['Box'],
              startLine: 1,
              endLine: 2,
              start: 0,
              end: 9,
              signature: '',
              doc: '',
            },
          ],
        }),
      workspaceSymbols: () =>
        symbols === 'never'
          ? new Promise(() => undefined)
          : symbols instanceof Error
            ? Promise.reject(symbols)
            : Promise.resolve(symbols),
      now: () => 0,
    });
  };
  const inserts = async (...args: Parameters<ReturnType<typeof completion>>): Promise<string[]> =>
    (await completion()(...args)).map(({ insert }) => insert);

  it('finds files whose name begins with, holds, or has the letters', async () => {
    assert.deepEqual(await inserts('file', 'stats'), [
      '@src/stats.py',
      '@docs/stats.md',
      '@"src/my stats.py"',
      '@test/test_stats.py',
    ]);
    assert.deepEqual(await inserts('file', 'sbt'), ['@src/base/text.ts']);
    assert.deepEqual(await inserts('file', 'zzz'), []);
  });

  it('lists files before a letter is typed, no more than a list can hold', async () => {
    const many = completion(
      [],
      Array.from({ length: 500 }, (_, n) => `f${n}.ts`),
    );
    assert.equal((await many('any', '')).length, 12);
  });

  it('walks the disk once for a word', async () => {
    const complete = completion();
    for (const query of ['s', 'st', 'sta']) await complete('file', query);
    assert.equal(listed, 1);
  });

  it('finds symbols of the open file, of language services, and by their look', async () => {
    const told = completion([{ path: 'src/b.ts', name: 'openAll', kind: 'function' }]);
    assert.deepEqual(
      (await told('symbol', 'open')).map(({ label, detail, insert }) => [label, detail, insert]),
      [
        ['openAll', 'function, src/b.ts', '@src/b.ts#openAll'],
        ['Box.open', 'method, src/a.ts', '@src/a.ts#Box.open'],
      ],
    );
    assert.deepEqual(await inserts('symbol', 'median'), ['@src/stats.py#median_low']);
    assert.deepEqual(await inserts('symbol', ''), ['@src/a.ts#Box.open']);
  });

  it('comes without what is slow or fails', async () => {
    assert.deepEqual((await completion('never')('any', 'stats')).length, 4);
    assert.deepEqual(await completion(new Error('gone'), new Error('gone'))('file', 'stats'), []);
    assert.equal(await withLimit(new Promise(() => undefined), 5, 'late'), 'late');
    assert.equal(await withLimit(Promise.reject(new Error('gone')), 5, 'failed'), 'failed');
  });

  it('ranks', () => {
    const order = ['stats.ts', 'a/my-stats.ts', 'stats/x.ts', 's/t/a/t/s.ts'];
    assert.deepEqual(
      order.map((name) => matchRank(name, 'stats')),
      [0, 1, 3, 4],
    );
    assert.equal(matchRank('Box.open', 'op'), 1);
    assert.equal(matchRank('abc', 'cb'), undefined);
  });
});
