import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import {
  answerContext,
  choicesOf,
  contextCommand,
  contextLinesCommand,
  parsePlace,
} from '../../src/cli/context-command';
import { ports } from '../context/fake-ports';

const { signal } = new AbortController();

async function run(lines: string[]): Promise<unknown[]> {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(lines.join('\n'));
  await contextLinesCommand({ input, output }, ports, signal);
  output.end();
  const written = (await output.toArray()).join('');
  return written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('thimble context', () => {
  it('answers with spans, reasons and tokens within the budget', async () => {
    const request = { path: 'src/main.ts', line: 4, column: 1, budget: 100 };
    const { spans, total_tokens, ms } = await answerContext(request, ports, signal);
    const [first] = spans;
    assert.deepEqual(
      { ...first, score: 0 },
      {
        path: 'src/shape.ts',
        start_line: 1,
        end_line: 3,
        form: 'body',
        reason: 'imported on line 1, used from the cursor on',
        score: 0,
        tokens: 17,
        text: 'export function area(side: number): number {\n  return side * side;\n}',
      },
    );
    assert.equal(
      total_tokens,
      spans.reduce((sum, span) => sum + span.tokens, 0),
    );
    assert.equal(ms, 5);
  });

  it('shows what is pinned before all else, and not what is dropped', async () => {
    const request = { path: 'src/main.ts', line: 4, column: 1, budget: 100 };
    const shown = async (pin: string[], drop: string[]): Promise<string[]> => {
      const choices = choicesOf({ pin, drop }, { ...ports, countTokens: (text) => text.length });
      const { spans } = await answerContext(request, { ...ports, choices }, signal);
      return spans.map(({ path, reason }) => `${path}: ${reason}`);
    };
    const area = 'src/shape.ts: imported on line 1, used from the cursor on';
    assert.deepEqual(await shown(['geo/area.go:Area'], []), ['geo/area.go: pinned', area]);
    assert.deepEqual(await shown(['src/shape.ts:area'], []), ['src/shape.ts: pinned']);
    assert.deepEqual(await shown(['src/shape.ts:gone', 'nowhere.ts:area'], []), [area]);
    assert.deepEqual(await shown([], ['src/shape.ts:area']), []);
    await assert.rejects(shown(['area'], []), { code: 'bad-definition' });
  });

  it('prints for people', async () => {
    const output = new PassThrough();
    await contextCommand(output, ports, { at: 'src/main.ts:4:1', budget: 100, json: false }, signal);
    output.end();
    const text = (await output.toArray()).join('');
    assert.match(
      text,
      /── src\/shape\.ts:1-3 · body · 17 tokens\n {3}imported on line 1, used from the cursor on\nexport function/,
    );
    assert.match(text, /\d spans?, \d+ tokens, 5 ms\n$/);
  });

  it('speaks JSON lines, in order, with errors by line', async () => {
    const good = { id: 'a', path: 'src/main.ts', line: 4, column: 1, budget: 50 };
    const content = "import './shape';\n\nlet b = 1;\n";
    const answers = (await run([
      JSON.stringify(good),
      'no json',
      JSON.stringify({ ...good, id: 2, line: 0 }),
      JSON.stringify({ ...good, id: 3, path: 'nowhere.ts' }),
      JSON.stringify({ ...good, id: 4, path: 'src/new.ts', line: 3, content }),
    ])) as { id: unknown; error?: string; spans?: { reason: string }[]; total_tokens?: number }[];
    assert.deepEqual(
      answers.map(({ id }) => id),
      ['a', null, 2, 3, 4],
    );
    assert.ok(answers[0]!.total_tokens! > 0 && answers[0]!.total_tokens! <= 50);
    assert.match(answers[1]!.error!, /JSON/);
    assert.match(answers[2]!.error!, /line/);
    assert.equal(answers[3]!.error, 'There is no file “nowhere.ts”.');
    assert.ok(
      answers[4]!.spans!.some(({ reason }) => reason === 'in src/shape.ts, which is imported on line 1'),
    );
  });

  const place = (text: string, expected: unknown) =>
    it(`takes ${text} apart`, () => {
      if (expected) assert.deepEqual(parsePlace(text), expected);
      else assert.throws(() => parsePlace(text), { name: 'UserError', code: 'bad-place' });
    });
  place('src/a.ts:3:14', { path: 'src/a.ts', line: 3, column: 14 });
  place('src\\a.ts:3:14', { path: 'src/a.ts', line: 3, column: 14 });
  place('C:/a.ts:1:2', { path: 'C:/a.ts', line: 1, column: 2 });
  place('a.ts:3', undefined);
  place('a.ts:0:1', undefined);
  place(':1:1', undefined);
});
