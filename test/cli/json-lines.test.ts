import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UserError } from '../../src/base/errors';
import { serveJsonLines } from '../../src/cli/json-lines';

/** What is answered to this input, by a command that repeats `say` and refuses a request without it. */
async function serve(input: string | string[]): Promise<string[]> {
  const output = new PassThrough();
  await serveJsonLines({ input: Readable.from([input].flat()), output }, ({ say }) =>
    say === undefined ? Promise.reject(new UserError('bad-request', 'Say what.')) : Promise.resolve({ say }),
  );
  output.end();
  return (await text(output)).split('\n').slice(0, -1);
}

describe('JSON lines', () => {
  const cases: [title: string, input: string | string[], answers: (string | RegExp)[]][] = [
    ['nothing', '', []],
    ['empty lines', '\n\r\n  \n', []],
    ['a request', '{"id":1,"say":"a"}\n', ['{"id":1,"say":"a"}']],
    ['a last line without an end', '{"id":1,"say":"a"}', ['{"id":1,"say":"a"}']],
    ['Windows line ends and a mark', '\ufeff{"id":1,"say":"a"}\r\n{"id":2,"say":"b"}\r\n', [/"a"/, /"b"/]],
    ['a line in pieces', ['{"id":1,', '"say":"\\u00e4"}', '\n'], ['{"id":1,"say":"ä"}']],
    ['a request without id', '{"say":"a"}\n', ['{"id":null,"say":"a"}']],
    ['an id that is a text', '{"id":"x\\"y","say":"a"}\n', ['{"id":"x\\"y","say":"a"}']],
    [
      'an id beyond 2^53, with all digits',
      '{"id":9007199254740993,"say":"a"}\n{"id":-12345678901234567890}\n',
      ['{"id":9007199254740993,"say":"a"}', '{"id":-12345678901234567890,"error":"Say what."}'],
    ],
    [
      'an id that is no number and no text',
      '{"id":[1,{"a":null}],"say":1}\n',
      ['{"id":[1,{"a":null}],"say":1}'],
    ],
    [
      'garbage between two requests',
      '{"id":1,"say":"a"}\n{"id":\n{"id":2,"say":"b"}\n',
      ['{"id":1,"say":"a"}', /^\{"id":null,"error":"Not valid JSON: .*"\}$/, '{"id":2,"say":"b"}'],
    ],
    [
      'JSON that is no object',
      '[]\n7\nnull\n"x"\n',
      Array<string>(4).fill('{"id":null,"error":"A request is a JSON object on one line."}'),
    ],
    ['a request that is refused', '{"id":3}\n', ['{"id":3,"error":"Say what."}']],
    ['a line of 5 MB', `{"id":1,"say":"${'x'.repeat(5e6)}"}\n{"id":2,"say":"b"}\n`, [/xxx/, /"b"/]],
  ];
  for (const [title, input, answers] of cases) {
    it(`answer ${title}`, async () => {
      const given = await serve(input);
      assert.equal(given.length, answers.length);
      answers.forEach((answer, index) => {
        if (typeof answer === 'string') assert.equal(given[index], answer);
        else assert.match(given[index] ?? '', answer);
      });
    });
  }
});
