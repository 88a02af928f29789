import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { reportOf, UserError } from '../../src/base/errors';
import { describeGguf, readGgufHeader } from '../../src/model/gguf-header';
import { GgufError, parseGgufHead } from '../../src/model/gguf-parse';
import { tinyModel, withFolder } from './support';

const tiny = tinyModel();

/** A file's head made by hand: entries as bytes, and tensors of one dimension of 32-bit floats. */
function gguf(
  entries: [key: string, type: number, value: Buffer][],
  tensors: [elements: number, offset: number][] = [[8, 0]],
  data = 32,
): Buffer {
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(entries.length),
    ...entries.map(([key, type, value]) => Buffer.concat([string(key), uint32(type), value])),
    ...tensors.map(([elements, offset], n) =>
      Buffer.concat([string(`t${n}`), uint32(1), uint64(elements), uint32(0), uint64(offset)]),
    ),
  ]);
  return Buffer.concat([head, Buffer.alloc(Math.ceil(head.length / 32) * 32 - head.length + data)]);
}
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const uint64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const string = (text: string): Buffer => Buffer.concat([uint64(Buffer.byteLength(text)), Buffer.from(text)]);
const strings = (...texts: string[]): Buffer =>
  Buffer.concat([uint32(8), uint64(texts.length), ...texts.map(string)]);

const architecture: [string, number, Buffer] = ['general.architecture', 8, string('qwen2')];
const tokens: [string, number, Buffer] = ['tokenizer.ggml.tokens', 9, strings('a', 'b')];
const heads = (value: number): [string, number, Buffer] => ['qwen2.attention.head_count', 4, uint32(value)];

async function codeOf(bytes: Uint8Array): Promise<string | undefined> {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'a.gguf');
    await writeFile(file, bytes);
    try {
      await readGgufHeader(file);
      return undefined;
    } catch (error) {
      assert.ok(error instanceof UserError, `not for the user: ${String(error)}`);
      assert.ok(error.next);
      return error.code;
    }
  });
}

describe('GGUF header', () => {
  it('reads what a whole file says', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'tiny.gguf');
      await writeFile(file, tiny);
      const header = await readGgufHeader(file);
      assert.equal(header.architecture, 'qwen2');
      assert.equal(header.contextLength, 4096);
      assert.equal(header.fileBytes, tiny.length);
      assert.equal(header.chatTemplate, undefined);
      assert.equal(header.fillInTheMiddle?.prefix, '<|fim_prefix|>');
      assert.equal(header.fillInTheMiddle.middle, '<|fim_middle|>');
      assert.ok(header.vocabularySize > 256 && header.parameters > 1000);
    });
  });

  const cases: Record<string, { bytes: Buffer; code: string | undefined }> = {
    'a minimal file': { bytes: gguf([architecture, tokens, heads(2)]), code: undefined },
    'an empty file': { bytes: Buffer.alloc(0), code: 'model-file-cut' },
    'a text': { bytes: Buffer.from('<!doctype html><html></html>      '), code: 'model-file-foreign' },
    'version 1': {
      bytes: Buffer.concat([Buffer.from('GGUF'), uint32(1), Buffer.alloc(64)]),
      code: 'model-file-foreign',
    },
    'a big-endian file': {
      bytes: Buffer.concat([Buffer.from('GGUF'), Buffer.of(0, 0, 0, 3), Buffer.alloc(64)]),
      code: 'model-file-foreign',
    },
    'no architecture': { bytes: gguf([tokens]), code: 'model-file-broken' },
    'an unknown architecture': {
      bytes: gguf([['general.architecture', 8, string('clip')], tokens]),
      code: 'model-architecture-unknown',
    },
    'no vocabulary': { bytes: gguf([architecture]), code: 'model-without-vocabulary' },
    'an empty vocabulary': {
      bytes: gguf([architecture, ['tokenizer.ggml.tokens', 9, strings()]]),
      code: 'model-without-vocabulary',
    },
    'no heads, which aborts llama.cpp': {
      bytes: gguf([architecture, tokens, heads(0)]),
      code: 'model-file-broken',
    },
    'no tensors': { bytes: gguf([architecture, tokens], []), code: 'model-file-broken' },
    'a tensor beyond the end': { bytes: gguf([architecture, tokens], [[8, 32]]), code: 'model-file-cut' },
    'a tensor at an odd place': { bytes: gguf([architecture, tokens], [[8, 7]]), code: 'model-file-broken' },
    'a tensor of impossible size': {
      bytes: gguf([architecture, tokens], [[2 ** 52, 0]]),
      code: 'model-file-cut',
    },
    'a list that claims 2^60 strings': {
      bytes: gguf([architecture, ['x', 9, Buffer.concat([uint32(8), uint64(2n ** 60n)])]]),
      code: 'model-file-broken',
    },
    'a list that claims 2^40 strings': {
      bytes: gguf([architecture, ['x', 9, Buffer.concat([uint32(8), uint64(2n ** 40n)])]]),
      code: 'model-file-cut',
    },
    'a list of lists': {
      bytes: gguf([['x', 9, Buffer.concat([uint32(9), uint64(1)])]]),
      code: 'model-file-broken',
    },
    'a string that claims 2^40 bytes': { bytes: gguf([['x', 8, uint64(2n ** 40n)]]), code: 'model-file-cut' },
    'a value of unknown type': { bytes: gguf([['x', 99, uint64(0)]]), code: 'model-file-broken' },
    'an impossible alignment': {
      bytes: gguf([architecture, tokens, ['general.alignment', 4, uint32(0)]]),
      code: 'model-file-broken',
    },
    'more tensors than fit': {
      bytes: Buffer.concat([Buffer.from('GGUF'), uint32(3), uint64(2 ** 50), uint64(0), Buffer.alloc(64)]),
      code: 'model-file-cut',
    },
  };
  for (const [name, { bytes, code }] of Object.entries(cases)) {
    it(`${code === undefined ? 'takes' : 'refuses'} ${name}`, async () =>
      assert.equal(await codeOf(bytes), code));
  }

  for (const words of [
    ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'],
    ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
  ]) {
    it(`finds ${words[0] ?? ''} in a vocabulary`, () => {
      const vocabulary = gguf([architecture, ['tokenizer.ggml.tokens', 9, strings('a', ...words)]]);
      const found = describeGguf('a.gguf', vocabulary).fillInTheMiddle;
      assert.deepEqual([found?.prefix, found?.suffix, found?.middle], words);
    });
  }

  it('finds tokens of a family that has none for the middle', () => {
    const vocabulary = gguf([
      architecture,
      ['tokenizer.ggml.tokens', 9, strings('a', '[SUFFIX]', '[PREFIX]')],
    ]);
    const found = describeGguf('a.gguf', vocabulary).fillInTheMiddle;
    assert.deepEqual(found, { prefix: '[PREFIX]', suffix: '[SUFFIX]', middle: '', order: 'suffix-opens' });
  });

  it('refuses every file that is cut off', async () => {
    for (const length of [1, 23, 24, 100, 2000, Math.floor(tiny.length / 2), tiny.length - 64]) {
      const code = await codeOf(tiny.subarray(0, length));
      assert.equal(code, 'model-file-cut', `cut at ${length}`);
    }
  });

  it('says that a file is missing', async () => {
    await assert.rejects(readGgufHeader('/no/such/file.gguf'), { code: 'model-file-missing' });
    await withFolder(async (folder) => {
      const error = await readGgufHeader(folder).catch((thrown: unknown) => thrown);
      assert.match(reportOf(error).code, /^model-file-(foreign|unreadable)$/);
    });
  });

  it('asks for more bytes only while the head goes on', () => {
    const head = parseGgufHead(tiny, tiny.length);
    assert.ok(head);
    assert.equal(parseGgufHead(tiny.subarray(0, 100), tiny.length), undefined);
    assert.deepEqual(parseGgufHead(tiny.subarray(0, head.dataOffset), tiny.length), head);
  });

  it('answers any bytes with a head, a wish for more, or an error of its own', () => {
    const headBytes = tiny.subarray(0, 4096);
    const edits = fc.array(fc.tuple(fc.nat(headBytes.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(edits, fc.nat(headBytes.length), (changes, length) => {
        const bytes = Buffer.from(headBytes);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          parseGgufHead(bytes.subarray(0, length), tiny.length);
        } catch (error) {
          assert.ok(error instanceof GgufError, String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('reads 10,000 damaged files to a head that is possible, or refuses them', () => {
    const head = parseGgufHead(tiny, tiny.length);
    assert.ok(head);
    // Half of the changes hit the head, half the tensors; a third of the files are cut as well.
    const place = fc.oneof(fc.nat(head.dataOffset - 1), fc.nat(tiny.length - 1));
    const changes = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 6 });
    const length = fc.oneof(
      { weight: 2, arbitrary: fc.constant(tiny.length) },
      { weight: 1, arbitrary: fc.nat(tiny.length) },
    );
    let refused = 0;
    fc.assert(
      fc.property(changes, length, (edits, kept) => {
        const bytes = Buffer.from(tiny.subarray(0, kept));
        for (const [at, value] of edits) if (at < kept) bytes[at] = value;
        try {
          const found = describeGguf('tiny.gguf', bytes);
          assert.ok(found.vocabularySize > 0 && found.contextLength >= 0);
          // What was accepted is whole: every tensor that it names lies within it.
          const again = parseGgufHead(bytes, bytes.length);
          assert.ok(again && again.neededBytes <= bytes.length);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
          refused++;
        }
      }),
      { numRuns: 10_000 },
    );
    assert.ok(refused > 3000, `only ${refused} were refused`);
  }).timeout(120_000);
});
