/** How a test file begins: its runner, what it loads, and the first test, which the model goes on with. Pure. */

export interface TestSubject {
  path: string;
  languageId: string;
  /** The whole file with the code. */
  fileText: string;
  /** What the tests load: the definition, or the class that it is in. */
  loads: readonly string[];
  /** The file lies in a Python package. */
  isPackage: boolean;
  packageJson: string | undefined;
}

/** The beginning of a test file; undefined for a language whose tests take no fixed form here. */
export function testFrame(subject: TestSubject): string | undefined {
  if (subject.loads.length === 0) return undefined;
  if (subject.languageId === 'python') return pythonFrame(subject);
  return /^(?:java|type)script(?:react)?$/.test(subject.languageId) ? scriptFrame(subject) : undefined;
}

function pythonFrame({ path, loads, isPackage }: TestSubject): string {
  const inFolder = path.replace(/\.py$/, '').replace(/^src\//, '');
  const module = isPackage ? inFolder.replaceAll('/', '.') : inFolder.slice(inFolder.lastIndexOf('/') + 1);
  const title = (loads[0] ?? '').replace(/(?:^|_)([A-Za-z0-9])/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
  return `import unittest\n\nfrom ${module} import ${loads.join(', ')}\n\n\nclass ${title}Test(unittest.TestCase):\n    def test_`;
}

function scriptFrame(subject: TestSubject): string {
  const { path, fileText, loads, languageId } = subject;
  const [name = ''] = loads;
  const file = path.slice(path.lastIndexOf('/') + 1);
  const isModule =
    /\.mjs$|\.mts$/.test(path) ||
    languageId.startsWith('typescript') ||
    /^\s*(?:export|import)\b/m.test(fileText);
  // TypeScript names the file that comes out, or none where a bundler finds it.
  const from = `./${languageId.startsWith('typescript') ? file.replace(/\.tsx?$/, '') : file}`;
  const runner = scriptRunner(subject.packageJson);
  const isDefault =
    loads.length === 1 &&
    new RegExp(
      `export\\s+default\\s+(?:async\\s+)?(?:function\\s*\\*?\\s*|class\\s+)?${name}\\b|module\\.exports\\s*=\\s*${name}\\b`,
    ).test(fileText);
  const load = (what: string, source: string, plain: boolean): string =>
    isModule
      ? `import ${plain ? what : `{ ${what} }`} from '${source}';`
      : `const ${plain ? what : `{ ${what} }`} = require('${source}');`;
  const lines = [
    ...(runner === 'node' ? [load('test', 'node:test', true)] : []),
    ...(runner === 'node' || runner === 'mocha' ? [load('assert', 'node:assert/strict', true)] : []),
    ...(runner === 'vitest' ? [load('expect, test', 'vitest', false)] : []),
    load(loads.join(', '), from, isDefault),
  ];
  return `${lines.join('\n')}\n\n${runner === 'mocha' ? 'it' : 'test'}('`;
}

function scriptRunner(packageJson: string | undefined): 'node' | 'vitest' | 'jest' | 'mocha' {
  const runners = ['vitest', 'jest', 'mocha'] as const;
  return runners.find((name) => packageJson?.includes(`"${name}"`) === true) ?? 'node';
}
