/** The single tests of a test file that a program framed: Python's `unittest` methods, `test(…)` of scripts. Pure. */

import { plainOutput } from '../base/terminal-text';

interface Case {
  name: string;
  text: string;
}

interface Parts {
  head: string;
  cases: Case[];
}

/** Where a test begins, with its name. */
function opening(languageId: string): RegExp {
  return languageId === 'python'
    ? /^(?: {4}|\t)(?:async )?def (test\w*)\(/gm
    : /^(?:test|it)\(\s*(['"`])(.*?)\1/gm;
}

function partsOf(text: string, languageId: string): Parts {
  const found = [...text.matchAll(opening(languageId))];
  const cases = found.map((match, at) => ({
    name: (languageId === 'python' ? match[1] : match[2]) ?? '',
    text: text.slice(match.index, found[at + 1]?.index ?? text.length),
  }));
  return { head: text.slice(0, found[0]?.index ?? text.length), cases };
}

/** What follows the last test and is none, such as a main block. */
function withoutTail({ text, ...rest }: Case, languageId: string): Case {
  if (languageId === 'python') {
    const tail = /\n(?=\S)/.exec(text);
    return { ...rest, text: tail ? text.slice(0, tail.index + 1) : text };
  }
  const end = /^\}\);?[ \t]*$/m.exec(text);
  return { ...rest, text: end ? text.slice(0, end.index + end[0].length) : text };
}

/** True for a test that asserts something and, in a script, has its end. */
function isWhole({ text }: Case, languageId: string): boolean {
  const asserts = /\bassert|\bexpect\s*\(/.test(text);
  return asserts && (languageId === 'python' || /^\}\);?[ \t]*$/m.test(text) || /\);?\s*$/.test(text));
}

/**
 * The file with only its whole tests, each once: a model that loops writes the same one again, or is cut off in one.
 * Undefined where none is left.
 */
export function wholeTests(text: string, complete: boolean, languageId: string): string | undefined {
  const { head, cases } = partsOf(text, languageId);
  const written = complete ? cases : cases.slice(0, -1);
  const names = new Set<string>();
  const bodies = new Set<string>();
  const kept = written
    .map((test) => withoutTail(test, languageId))
    .filter((test) => isWhole(test, languageId))
    .filter((test) => {
      const body = test.text.slice(test.text.indexOf('\n') + 1).trim();
      if (names.has(test.name) || bodies.has(body)) return false;
      names.add(test.name);
      bodies.add(body);
      return true;
    });
  return kept.length === 0 ? undefined : joined(head, kept);
}

function joined(head: string, cases: readonly Case[]): string {
  return `${head}${cases.map(({ text }) => text.trimEnd()).join('\n\n')}\n`;
}

/** Names of the tests of a file. */
export function testNames(text: string, languageId: string): string[] {
  return partsOf(text, languageId).cases.map(({ name }) => name);
}

/** The file without tests of these names; undefined where none would be left or none of them is there. */
export function withoutTests(text: string, names: readonly string[], languageId: string): string | undefined {
  const { head, cases } = partsOf(text, languageId);
  const kept = cases.filter(({ name }) => !names.includes(name));
  return kept.length === 0 || kept.length === cases.length ? undefined : joined(head, kept);
}

/** Names of tests that a runner's output tells as failed: those of unittest, pytest, node:test, vitest, jest and mocha. */
export function failedTests(output: string): string[] {
  const plain = plainOutput(output);
  const forms = [
    /^(?:FAIL|ERROR): (test\w*)/gm,
    /^(?:FAILED|ERROR) \S*::(test\w*)/gm,
    /^\s*not ok \d+ - (.+?)(?: # .*)?$/gm,
    /^\s*[✖✗×●]\s+(?:.*[›>]\s+)?(.+?)(?:\s+\(?[\d.]+ ?m?s\)?)?$/gm,
    /^\s*\d+\) (.+?):?$/gm,
  ];
  const names = forms.flatMap((form) => [...plain.matchAll(form)].map((match) => match[1]?.trim() ?? ''));
  return [...new Set(names)];
}
