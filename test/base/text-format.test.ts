import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../src/base/errors';
import { decodeText, encodeText } from '../../src/base/text-format';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

describe('text format', () => {
  const cases: [
    name: string,
    input: Uint8Array,
    text: string,
    encoding: string,
    bom: boolean,
    eol: string,
  ][] = [
    ['empty', bytes(), '', 'utf-8', false, '\n'],
    ['UTF-8', Buffer.from('grün\n'), 'grün\n', 'utf-8', false, '\n'],
    ['UTF-8 with mark', bytes(0xef, 0xbb, 0xbf, ...ascii('a\r\n')), 'a\r\n', 'utf-8', true, '\r\n'],
    ['UTF-16 LE', bytes(0xff, 0xfe, 0x61, 0, 0x3b, 0x04), 'aл', 'utf-16le', true, '\n'],
    ['UTF-16 BE', bytes(0xfe, 0xff, 0, 0x61, 0x04, 0x3b), 'aл', 'utf-16be', true, '\n'],
    ['Latin-1', bytes(...ascii('grün')), 'grün', 'latin1', false, '\n'],
    ['C1 controls in Latin-1', bytes(0x61, 0x80, 0x9f, 0x62), 'a\u0080\u009fb', 'latin1', false, '\n'],
    [
      'a second mark is text',
      bytes(0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61),
      '\ufeffa',
      'utf-8',
      true,
      '\n',
    ],
  ];
  for (const [name, input, text, encoding, bom, eol] of cases) {
    it(`reads ${name} and writes it back`, () => {
      const decoded = decodeText(input);
      assert.deepEqual(
        [decoded.text, decoded.format.encoding, decoded.format.bom, decoded.format.eol],
        [text, encoding, bom, eol],
      );
      assert.deepEqual([...encodeText(decoded.text, decoded.format)], [...input]);
    });
  }

  it('tells mixed line ends and the one that is used most', () => {
    const { format } = decodeText(Buffer.from('a\r\nb\r\nc\n'));
    assert.deepEqual([format.eol, format.mixedEol], ['\r\n', true]);
  });

  const binary: [name: string, input: Uint8Array][] = [
    ['a NUL byte', bytes(0x61, 0, 0x62)],
    ['UTF-32 with mark', bytes(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0)],
    ['UTF-16 of odd length', bytes(0xff, 0xfe, 0x61)],
    ['mostly control characters', bytes(1, 2, 3, 0xff, 5, 6)],
  ];
  for (const [name, input] of binary) {
    it(`refuses ${name} as binary`, () => {
      assert.throws(
        () => decodeText(input),
        (error) => error instanceof UserError && error.code === 'binary-file',
      );
    });
  }

  const unfit: [encoding: 'latin1' | 'utf-8', text: string, names: RegExp][] = [
    ['latin1', 'a\nb → c', /“→” \(U\+2192\) in line 2/],
    ['utf-8', 'a\ud800b', /U\+D800 in line 1/],
  ];
  for (const [encoding, text, names] of unfit) {
    it(`names the character that ${encoding} cannot hold`, () => {
      assert.throws(
        () => encodeText(text, { encoding, bom: false }),
        (error) =>
          error instanceof UserError && error.code === 'encoding-cannot-hold' && names.test(error.message),
      );
    });
  }

  it('gives back the same bytes for whatever it takes as text', () => {
    const start = fc.constantFrom([], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]);
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Uint8Array.from(Buffer.from(text))),
      fc
        .array(fc.constantFrom(0x0a, 0x0d, 0x61, 0xe9, 0xfc, 0x20), { maxLength: 40 })
        .map((list) => Uint8Array.from(list)),
    );
    let texts = 0;
    fc.assert(
      fc.property(start, body, (mark, rest) => {
        const input = Uint8Array.from([...mark, ...rest]);
        let decoded;
        try {
          decoded = decodeText(input);
        } catch (error) {
          assert.ok(error instanceof UserError);
          return;
        }
        texts++;
        assert.deepEqual([...encodeText(decoded.text, decoded.format)], [...input]);
      }),
      { numRuns: 2000 },
    );
    assert.ok(texts > 500, `only ${texts} of the inputs were texts`);
  });
});
