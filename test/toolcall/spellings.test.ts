import type { DialectName } from '../../src/toolcall/types';
import { check } from './support';

const path = '{"path":"a"}';

/** What is a call in a dialect, with its remarks, and what is none. */
interface Spellings {
  calls: [input: string, remarks: string[], calls?: string][];
  texts: string[];
}

const invoke = (opener: string, body = '<parameter name="path">a</parameter>'): string =>
  `<function_calls>\n${opener}\n${body}\n</invoke>\n</function_calls>`;

const block = (name: string, argument = 'BEGIN_ARG: path\na\nEND_ARG', fence = '```'): string =>
  `\`\`\`tool\n${name}\n${argument}\n${fence}`;

const code = (body: string, fence = '```'): string => `\`\`\`tool_code\n${body}\n${fence}`;

const spellings: Partial<Record<DialectName, Spellings>> = {
  'invoke-xml': {
    calls: [
      [invoke('<invoke name="read_file">'), []],
      [invoke(`<invoke  name = 'read_file' >`), []],
      [
        `<function_calls><invoke name="read_file"><parameter name="path">a</parameter></invoke></function_calls>`,
        [],
      ],
      [
        `<function_calls>\n<invoke name="read_file">\n<parameter name="path">a</parameter>\n</invoke>\n<invoke name="bash">\n<parameter name="command">ls</parameter>\n</invoke>\n</function_calls>`,
        [],
        `${path} {"command":"ls"}`,
      ],
      [
        '<function_calls>\n<invoke name="read_file">\n<parameter name="path">a</parameter>\n</invoke>\n',
        ['missing-envelope-close'],
      ],
      [invoke('<invoke name="gone">', '<own>a</own>'), ['unknown-tool'], ''],
      [invoke('<invoke name="read_file">', '<path>a</path>'), []],
    ],
    texts: [
      '<function_calls>\nnothing\n</function_calls>',
      '<function_calls>\n<invoked name="read_file">\n</function_calls>',
      invoke('<invoke name="read_file"x>'),
      invoke('<invoke named="read_file">'),
      invoke('<invoke name="read_file" now="1">'),
      invoke('<invoke name=read_file>'),
      `a \`${invoke('<invoke name="read_file">')}`,
    ],
  },
  'continue-codeblock': {
    calls: [
      [block('TOOL_NAME: read_file'), []],
      [block('  tool_name:   read_file  '), []],
      [block('TOOL_NAME: read_file', '  BEGIN_ARG:   path  \na\n  END_ARG  '), []],
      [block('TOOL_NAME: read_file', '\nBEGIN_ARG:path\na\nend_arg\n'), []],
      [block('TOOL_NAME: read_file', undefined, '```  '), []],
      [
        block('TOOL_NAME: read_file', 'BEGIN_ARG: path\na\nEND_ARG now\nEND_ARG'),
        [],
        '{"path":"a\\nEND_ARG now"}',
      ],
      ['TOOL_NAME: read_file\nBEGIN_ARG: path\na\nEND_ARG\n', ['missing-fence']],
      [block('TOOL_NAME: read_file', 'BEGIN_ARG: path\na'), ['truncated'], ''],
      [block('TOOL_NAME: read_file', 'BEGIN_ARG: path\na\nEND_ARG', ''), ['truncated'], ''],
    ],
    texts: [
      block('read_file'),
      block('my TOOL_NAME: read_file'),
      block('TOOL_NAME: read_file now'),
      block('TOOL_NAME:'),
      block('TOOL_NAME: read_file', 'BEGIN_ARG: path now\na\nEND_ARG'),
      block('TOOL_NAME: read_file', 'then BEGIN_ARG: path\na\nEND_ARG'),
      block('TOOL_NAME: read_file', 'ARG: path\na\nEND_ARG'),
      'TOOL_NAME: gone\nBEGIN_ARG: path\na\nEND_ARG\n',
    ],
  },
  gemma: {
    calls: [
      [code('read_file(path="a")'), []],
      [code('  read_file( path = "a" , )'), []],
      [code('print(read_file(path="a"))'), []],
      [code('print( read_file(path="a") )'), []],
      [code(`read_file(path='a', first=3)`), [], '{"path":"a","first":3}'],
      [code('read_file(path="a")\nbash(command="ls")'), [], `${path} {"command":"ls"}`],
      [code('read_file(path="a")', '  ```  '), []],
      [code('read_file(path="a")', ''), ['missing-fence']],
      [code('{"name": "read_file", "arguments": {"path": "a"}}'), []],
    ],
    texts: [
      code(''),
      code('read_file("a")'),
      code('read_file(path=a)'),
      code('read_file(path="a"'),
      code('print(read_file(path="a")'),
      code('read_file(path="a") now'),
      code('1 + read_file(path="a")'),
    ],
  },
  'cline-xml': {
    calls: [
      ['<read_file>\n<path>a</path>\n</read_file>', []],
      ['So:\n<read_file><path>a</path></read_file>', []],
    ],
    texts: [
      '<read_file_now>\n<path>a</path>\n</read_file_now>',
      '<read_file >\n<path>a</path>\n</read_file>',
    ],
  },
};

describe('tool calls: spellings', () => {
  for (const [name, { calls, texts }] of Object.entries(spellings)) {
    const dialect = name as DialectName;
    for (const [input, remarks, found = path] of calls) {
      it(`${name}: ${JSON.stringify(input)} is a call`, () => {
        check(input, { calls: found, remarks }, { dialect });
      });
    }
    for (const input of texts) {
      it(`${name}: ${JSON.stringify(input)} is text`, () => {
        check(input, { calls: '', text: input, remarks: [] }, { dialect });
      });
    }
  }
});
