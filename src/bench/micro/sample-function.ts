/** Functions that micro-agents document and test in the benchmark; written for Thimble, before any prompt was tuned. */

export interface SampleFunction {
  path: string;
  name: string;
  parameters: readonly string[];
  returns: boolean;
  /** The file. */
  code: string;
  /** What its documentation must be about, as a pattern. */
  about: string;
  /** The file with documentation that leaves something out. */
  partial: string;
  /** Changes that tests must notice one of: a passage and what stands there instead. */
  faults: readonly (readonly [string, string])[];
}

/** The file with a line of documentation put in behind its header. */
function withDocstring(code: string, lines: readonly string[]): string {
  const end = code.indexOf(':\n') + 2;
  return `${code.slice(0, end)}${lines.map((line) => `    ${line}\n`).join('')}${code.slice(end)}`;
}

/** The file with a block comment above its function. */
function withBlock(code: string, lines: readonly string[]): string {
  const start = code.search(/^(?:export )?function /m);
  const block = ['/**', ...lines.map((line) => ` * ${line}`), ' */', ''].join('\n');
  return code.slice(0, start) + block + code.slice(start);
}

export function python(
  path: string,
  parameters: readonly string[],
  code: string,
  rest: Pick<SampleFunction, 'about' | 'faults'> & { doc: readonly string[] },
): SampleFunction {
  const { doc, ...others } = rest;
  const name = /def (\w+)/.exec(code)?.[1] ?? '';
  return { path, name, parameters, returns: true, code, partial: withDocstring(code, doc), ...others };
}

export function script(
  path: string,
  parameters: readonly string[],
  body: string,
  rest: Pick<SampleFunction, 'about' | 'faults'> & { doc: readonly string[] },
): SampleFunction {
  const { doc, ...others } = rest;
  const name = /function (\w+)/.exec(body)?.[1] ?? '';
  const code = path.endsWith('.mjs') ? `export ${body}` : `${body}\nmodule.exports = { ${name} };\n`;
  return { path, name, parameters, returns: true, code, partial: withBlock(code, doc), ...others };
}
