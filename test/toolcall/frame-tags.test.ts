import assert from 'node:assert/strict';
import { functionName, opensBlock, parameterKey } from '../../src/toolcall/frame-tags';
import { Source } from '../../src/toolcall/source';

describe('tool calls: tags of the frame', () => {
  it('name a key or a function in the ways that models write', () => {
    const cases: [string, string | undefined, boolean][] = [
      ['<WORD=a>', 'a', true],
      ['<WORD=a.b-c_1>', 'a.b-c_1', true],
      ['<WORD = a >', 'a', true],
      ['<WORD="a b">', 'a b', false],
      ["<WORD='a'>", 'a', false],
      [`<WORD='"a"'>`, '"a"', false],
      ['<WORD=" a ">', 'a', false],
      ['<WORD name="a">', 'a', false],
      ['<WORD  name = a>', 'a', false],
      ['<WORD a>', 'a', false],
      ['<WORD  a>', 'a', false],
      ['<WORD>', undefined, false],
      ['<WORD=>', undefined, false],
      ['<WORD a b>', undefined, false],
      ['<WORD=a b>', undefined, false],
      ['<WORD="a>', undefined, false],
      [`<WORD="a'>`, undefined, false],
      ['<WORD=a"b>', undefined, false],
      ['<WORDs=a>', undefined, false],
      ['<WORDname=a>', undefined, false],
      ['x<WORD=a>', undefined, false],
      ['<WORD=a>x', undefined, false],
      ['<WORD id="a">', undefined, false],
    ];
    for (const [tag, name, clean] of cases) {
      const key = parameterKey(tag.replace('WORD', 'parameter'));
      assert.deepEqual(
        key,
        name === undefined ? undefined : { key: name, tolerances: clean ? [] : ['parameter-tag'] },
        tag,
      );
      const named = functionName(tag.replace('WORD', 'function'));
      const tolerances = clean ? [] : ['function-tag'];
      assert.deepEqual(named, name === undefined ? undefined : { name, tolerances, selfClosing: false }, tag);
    }
    assert.deepEqual(functionName('<function=a/>'), {
      name: 'a',
      tolerances: ['function-tag'],
      selfClosing: true,
    });
    assert.equal(parameterKey('<parameter=a/>'), undefined);
  });

  it('open another block', () => {
    const check = (text: string, enveloped: boolean): boolean => {
      const source = new Source();
      source.push(text);
      source.closed = true;
      const step = opensBlock(source, enveloped).next();
      assert.equal(source.pos, 0);
      return step.value === true;
    };
    for (const enveloped of [true, false]) {
      assert.ok(check('<function=a>', enveloped));
      for (const other of [
        '',
        'function=a>',
        '<function a>',
        '<functions=a>',
        '<function=a',
        '<call=a',
        '<calls=a>',
      ])
        assert.ok(!check(other, enveloped), other);
    }
    for (const word of ['call', 'tool', 'invoke']) {
      assert.ok(check(`<${word}=a.b-c>`, true));
      assert.ok(!check(`<${word}=a>`, false));
      assert.ok(!check(`<${word}=a b>`, true));
    }
  });
});
