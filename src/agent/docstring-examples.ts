/**
 * A POSIX command line that prints how many examples of a Python docstring are wrong; undefined for other languages, for
 * a docstring without any, and for a file whose module has no plain name. `code` is the definition's.
 */
export function examplesCommand(
  file: { path: string; languageId: string },
  name: string,
  code: string,
): string | undefined {
  if (file.languageId !== 'python' || !/^\s*>>> /m.test(code)) return undefined;
  const inSource = file.path.startsWith('src/');
  const module = (inSource ? file.path.slice('src/'.length) : file.path)
    .replace(/(\/__init__)?\.py$/, '')
    .replaceAll('/', '.');
  if (!/^[\w.]+$/.test(module) || !/^[\w.]+$/.test(name)) return undefined;
  const lines = [
    'import doctest, importlib, sys',
    ...(inSource ? ['sys.path.insert(0, "src")'] : []),
    `module = importlib.import_module("${module}")`,
    'thing = module',
    `for part in "${name}".split("."): thing = getattr(thing, part)`,
    'runner = doctest.DocTestRunner(verbose=False)',
    'tests = doctest.DocTestFinder(recurse=False).find(thing, "it", module, dict(vars(module)))',
    'for test in tests: runner.run(test, out=lambda text: None)',
    'print(runner.failures)',
  ];
  return `python3 -c '${lines.join('\n')}'`;
}
