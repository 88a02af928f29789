import assert from 'node:assert/strict';
import { createToolCallParser } from '../../src/toolcall/parser';
import type { ToolCallParserOptions } from '../../src/toolcall/types';
import { check, outcome, tools } from './support';

const head = '<tool_call>\n<function=read_file>\n<parameter=path>';
const tail = '\n</parameter>\n</function>\n</tool_call>';

/** Pushes pieces of a value, each with the delta that it must bring at once; answers the argument in the end. */
function pieces(
  steps: readonly [string, string][],
  options: Partial<ToolCallParserOptions> = {},
  begin = head,
): unknown {
  const parser = createToolCallParser({ dialect: 'qwen3-coder', tools, ...options });
  const events = parser.push(begin);
  for (const [piece, delta] of steps) {
    const said = parser.push(piece);
    const deltas = said.map((event) => (event.type === 'argument-delta' ? event.delta : ''));
    assert.equal(deltas.join(''), delta, `after ${JSON.stringify(piece)}`);
    events.push(...said);
  }
  events.push(...parser.finish());
  const [call] = outcome(events).calls;
  return call?.arguments;
}

describe('tool calls: a value while it arrives', () => {
  it('is held back no further than it may end or lose a newline', () => {
    const steps: [string, string][] = [
      ['\n', ''],
      ['a', 'a'],
      ['\n', ''],
      ['b', '\nb'],
      ['\n \t', ''],
      ['c', '\n \tc'],
      ['\n\n', '\n'],
      [' <', ''],
      ['x', '\n <x'],
      ['<', ''],
      ['/', ''],
      ['x', '</x'],
      ['</para', ''],
      ['x', '</parax'],
      ['</parameter', ''],
      ['\n', '</parameter'],
      ['x', '\nx'],
      ['</parameter>', ''],
      [' y', '</parameter> y'],
      ['<pa', ''],
      ['x', '<pax'],
      ['<parameter ', ''],
      ['<', '<parameter '],
      ['tool_call>', '<tool_call>'],
      ['</function>', ''],
      [' z', '</function> z'],
      ['</call>', '</call>'],
      [tail, ''],
    ];
    assert.deepEqual(pieces(steps), {
      path: steps
        .slice(1, -1)
        .map(([piece]) => piece)
        .join(''),
    });
  });

  it('loses one newline at each end', () => {
    assert.deepEqual(
      pieces([
        [`\n\n`, ''],
        [`\n${tail}`, '\n\n'],
      ]),
      { path: '\n\n' },
    );
    assert.deepEqual(pieces([[tail.slice(1), '']]), { path: '' });
    assert.deepEqual(pieces([[`\n${tail}`, '']]), { path: '' });
    assert.deepEqual(pieces([[` ${tail}`, ' ']]), { path: ' ' });
    assert.deepEqual(pieces([[`\na\n \n${tail}`, 'a\n \n']]), { path: 'a\n \n' });
  });

  it('loses indentation with the newline only where its closer is missing', () => {
    const next = '<parameter=first>\n1\n</parameter>\n</function>\n</tool_call>';
    assert.deepEqual(pieces([[`\na\n  ${next}`, 'a1']]), { path: 'a', first: 1 });
    assert.deepEqual(pieces([[`\na\n b\n  ${next}`, 'a\n b1']]), { path: 'a\n b', first: 1 });
    assert.deepEqual(pieces([[`\na\n  </parameter>\n</function>`, 'a\n  ']]), { path: 'a\n  ' });
    assert.deepEqual(pieces([['\na\n  </function>\n</tool_call>', 'a']]), { path: 'a' });
  });

  it('ends with a closer of its block in its own line only where the frame goes on', () => {
    const block = '<tool_call>\n<function=bash>\n<parameter=command>';
    for (const follower of ['</tool_call>', '</function>', '<tool_call>', '<function=bash>', '']) {
      check(`${block}ls</function> ${follower}`, { calls: '{"command":"ls"}' });
    }
    check(`${block}ls</function> <call=bash></parameter></function>`, {
      calls: '{"command":"ls</function> <call=bash>"}',
    });
    check(`${block}ls</function> more\n</parameter></function>`, {
      calls: '{"command":"ls</function> more"}',
    });
  });

  it('ends with its closer only where a parameter, a closer of the frame or the end follows', () => {
    const block = '<tool_call>\n<function=bash>\n<parameter=command>ls</parameter>';
    for (const follower of ['</function>', '\n</tool_call>'])
      check(block + follower, { calls: '{"command":"ls"}' });
    check(`${block}</parameter></parameter></function>`, {
      calls: '{"command":"ls"}',
      remarks: ['doubled-close', 'missing-envelope-close'],
    });
    check(`${block}</parameter> more</parameter></function>`, {
      calls: '{"command":"ls</parameter></parameter> more"}',
    });
    check(`${block}<parameter></parameter></function>`, { calls: '{"command":"ls</parameter><parameter>"}' });
    check(block, { calls: '', text: block, remarks: ['truncated'] });
    check(`${block}\n`, { calls: '', remarks: ['truncated'] });
  });

  it('counts the blocks and parameters in it', () => {
    const inner = '<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>';
    for (const value of [
      inner,
      `${inner}\n${inner}`,
      `<tool_call>\n${inner}\n</tool_call>`,
      '<parameter=x>1</parameter>',
      '<parameter=x><parameter=y>1</parameter></parameter>',
      '<parameter=x>\n<parameter=first>\n1\n</parameter>\n</parameter>',
      '<function=read_file>\n<parameter=first>\n1\n</parameter>\n</function>',
      'a\n<parameter name="first">1</parameter>',
      '<parameter=path>\nb\n</parameter>',
      '<function=f></function>\n</parameter> x',
      `${inner}\n</parameter> x`,
    ]) {
      check(`${head}\n${value}${tail}`, { calls: JSON.stringify({ path: value }), text: '', remarks: [] });
    }
    // A value that holds half a block is read once more, without counting.
    const half = '<function=bash>\n<parameter=command>';
    check(`${head}\n${half}${tail}`, { calls: JSON.stringify({ path: half }), text: '' });
    const mention = `${half}\n<tool_call> and <think>`;
    check(`${head}\n${mention}${tail}`, { calls: JSON.stringify({ path: mention }), text: '' });
    check(`${head}\n${half}${tail}${head}\nb${tail}`, {
      calls: `${JSON.stringify({ path: half })} {"path":"b"}`,
    });
  });

  it('is no value where a call opens before it ends', () => {
    const open = `${head}\n<function=bash>\n`;
    check(`${open}${head}\nb${tail}`, { remarks: ['truncated'] });
  });

  it('streams tags of a key and lines of a code block alike', () => {
    const clineHead = '<read_file>\n<path>';
    const cline: [string, string][] = [
      ['a', 'a'],
      ['\n', ''],
      ['<', ''],
      ['b', '\n<b'],
      ['</pa', ''],
      ['x', '</pax'],
      ['</path>', ''],
      [' y', '</path> y'],
      ['<path>', '<path>'],
      ['</path>', '</path>'],
      ['</path>\n</read_file>', ''],
    ];
    assert.deepEqual(pieces(cline, { dialect: 'cline-xml' }, clineHead), {
      path: 'a\n<b</pax</path> y<path></path>',
    });
    const codeblock: [string, string][] = [
      ['a', 'a'],
      ['b\n', 'b'],
      ['EN', ''],
      ['x', '\nENx'],
      ['\n  end_arg', ''],
      ['!', '\n  end_arg!'],
      ['\nEND_ARG \n```', ''],
    ];
    assert.deepEqual(
      pieces(
        codeblock,
        { dialect: 'continue-codeblock' },
        '```tool\nTOOL_NAME: read_file\nBEGIN_ARG: path\n',
      ),
      {
        path: 'ab\nENx\n  end_arg!',
      },
    );
  });
});
