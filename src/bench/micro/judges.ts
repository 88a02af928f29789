/** Judges of the micro-agents' cases: programs that run in the case's folder and end with 0 when all is well. */
import type { Judge } from '../agent-tasks';
import type { SampleFunction } from './sample-function';

const isPython = (path: string): boolean => path.endsWith('.py');

/**
 * Documentation: everything that stood in the file stands there still and in the same order, each parameter and the result are
 * spoken of, it is about the right thing, and the file still parses.
 */
export function documentationJudge(sample: SampleFunction, before: string): Judge {
  const { path, name, parameters, returns, about } = sample;
  const facts = { path, name, parameters, returns, about, before };
  const parses = isPython(path) ? `python3 -m py_compile ${path}` : `node --check ${path}`;
  return {
    files: { 'judge.mjs': documentationProgram, 'judge.json': JSON.stringify(facts) },
    command: `${parses} && node judge.mjs`,
  };
}

const documentationProgram = `import { readFileSync } from 'node:fs';

const { path, parameters, returns, about, before } = JSON.parse(readFileSync('judge.json', 'utf8'));
const after = readFileSync(path, 'utf8');
const tokens = (text) => text.match(/[\\p{L}\\p{N}_]+|[^\\s\\p{L}\\p{N}_*/"]/gu) ?? [];
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
const old = tokens(before);
let at = 0;
const added = [];
for (const token of tokens(after)) {
  if (token === old[at]) at++;
  else added.push(token);
}
if (at < old.length) fail('something that stood in the file is gone');
if (added.length < 3) fail('nothing was added');
const comments = after.match(/"""[\\s\\S]*?"""|\\/\\*\\*[\\s\\S]*?\\*\\//g) ?? [];
const said = comments.join('\\n');
for (const name of parameters) if (!new RegExp('\\\\b' + name + '\\\\b').test(said)) fail(name + ' is not spoken of');
if (returns && !/returns?\\b/i.test(said)) fail('the result is not spoken of');
if (!new RegExp(about, 'i').test(said)) fail('it is about something else');
`;

/** Tests: they pass, there is one at least, and one of the faults makes them fail. */
export function testsJudge(sample: SampleFunction, testPath: string): Judge {
  const { path, code, faults } = sample;
  const command = isPython(path) ? `python3 -m unittest ${testPath}` : `node --test ${testPath}`;
  const broken = faults.map(([from, to]) => code.replace(from, () => to));
  return {
    files: {
      'judge.mjs': testsProgram,
      'judge.json': JSON.stringify({ path, testPath, command, code, broken }),
    },
    command: 'node judge.mjs',
  };
}

const testsProgram = `import { execSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const { path, testPath, command, code, broken } = JSON.parse(readFileSync('judge.json', 'utf8'));
const passes = (text) => {
  writeFileSync(path, text);
  rmSync('__pycache__', { recursive: true, force: true });
  try {
    execSync(command, { stdio: 'pipe', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
};
if (!/\\bassert|\\bexpect/.test(readFileSync(testPath, 'utf8'))) process.exit(1);
if (!passes(code)) process.exit(1);
process.exit(broken.some((text) => !passes(text)) ? 0 : 1);
`;
