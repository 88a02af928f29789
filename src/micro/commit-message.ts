/** The rules for the first line of a commit message, and what a program can mend of a line that breaks them. */

import type { ChangedFile } from '../prompt/diff-prompts';

/** Longest line, in characters. */
export const longestLine = 72;

const verbs =
  'add adjust allow apply avoid bump cache call catch change check clarify clean clear close collect combine compare compute convert copy correct count cover create cut declare define delete deprecate describe detect disable display document drop enable ensure escape exclude expand explain export expose extend extract fail fetch filter find finish fix flush fold follow format generate give group guard handle hide honour ignore implement import improve include increase initialize inline insert install introduce join keep let limit link list load lock log make mark match measure merge migrate modernize move name normalize open optimize order parse pass pin polish prefer prepare prevent print protect provide publish pull push put quote raise read rebuild record reduce refactor refine refresh refuse reject release reload remove rename render reorder reorganize repair replace report require reset resolve restore restrict restructure retry return reuse revert review rewrite rework round run sanitize save scope send separate set share shorten show silence simplify skip slice sort speed split start stop store stream strip style support swap switch sync tag take tell test throw tidy tighten track translate trim try tune turn type undo unify unlock update upgrade use validate verify wait warn wrap write'.split(
    ' ',
  );

/** The imperative of a verb by each form that models write: `added`, `adds`, `adding`. */
const imperatives = new Map(verbs.flatMap((verb) => formsOf(verb).map((form) => [form, verb] as const)));

function formsOf(verb: string): string[] {
  const stem = verb.replace(/e$/, '');
  const doubled = /[^aeiou][aeiou][bdglmnprt]$/.test(verb) ? [verb + verb.slice(-1)] : [];
  const y = /[^aeiou]y$/.test(verb) ? [`${verb.slice(0, -1)}ied`, `${verb.slice(0, -1)}ies`] : [];
  const past = [stem, ...doubled].map((base) => `${base}ed`);
  const progressive = [stem, verb, ...doubled].map((base) => `${base}ing`);
  return [verb, ...past, ...progressive, `${verb}s`, `${verb}es`, ...y];
}

export type CheckedMessage = { ok: true; message: string } | { ok: false; problem: string };

/**
 * The line as it may stand: quotes, fences, labels and a full stop are taken away and a verb in another form is made
 * imperative (`Added x` → `Add x`); a prefix such as `fix(parser): ` stays. Refused: an empty line, one above
 * {@link longestLine} characters, and one that begins with no known verb.
 */
export function checkCommitMessage(raw: string): CheckedMessage {
  const line = withoutColon(firstLine(raw));
  if (line === '') return { ok: false, problem: 'it was empty' };
  const [, prefix = '', rest = ''] =
    /^((?:[a-z]+(?:\([^)\s]+\))?!?|[\w./-]+\.\w+): )?(.*)$/s.exec(line) ?? [];
  const [word = ''] = rest.split(/\s+/, 1);
  const verb = imperatives.get(word.toLowerCase());
  if (verb === undefined) return { ok: false, problem: `it did not begin with a verb (“${word}”)` };
  if (rest.trim() === word) return { ok: false, problem: 'it said nothing but a verb' };
  const isUpper = prefix === '' || /^\p{Lu}/u.test(word);
  const first = isUpper ? (verb[0] ?? '').toUpperCase() + verb.slice(1) : verb;
  const message = prefix + first + rest.slice(word.length);
  return lengthOf(message) > longestLine
    ? { ok: false, problem: `it was longer than ${longestLine} characters` }
    : { ok: true, message };
}

/** `Fix: the mean` → `Fix the mean`; `Fix: correct the mean` → `correct the mean`. */
function withoutColon(line: string): string {
  const [, verb = '', rest = ''] = /^(\p{Lu}\p{Ll}+): +(.+)$/u.exec(line) ?? [];
  if (!imperatives.has(verb.toLowerCase())) return line;
  const [word = ''] = rest.split(/\s+/, 1);
  return imperatives.has(word.toLowerCase()) ? rest : `${verb} ${rest}`;
}

const adding = new Set(['add', 'create', 'implement', 'introduce', 'write']);
const removing = new Set(['delete', 'drop', 'remove', 'strip']);

/** What a checked message says that the counts of lines deny; undefined when they do not. */
export function contradiction(message: string, added: number, removed: number): string | undefined {
  const verb = /^(?:[a-z]+(?:\([^)\s]+\))?!?: )?(\S+)/.exec(message)?.[1]?.toLowerCase() ?? '';
  if (adding.has(verb) && added <= removed)
    return `nothing was added on the whole (+${added} −${removed} lines)`;
  if (removing.has(verb) && removed <= added)
    return `nothing was removed on the whole (+${added} −${removed} lines)`;
  return undefined;
}

function firstLine(raw: string): string {
  const line = raw
    .split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '' && !text.startsWith('```'));
  return (line ?? '')
    .replace(/^(?:commit message|message|subject)\s*:\s*/i, '')
    .replace(/^[-*]\s+/, '')
    .replace(/^(["'`*“]+)(.*?)["'`*”]+$/s, '$2')
    .replace(/\.+$/, '')
    .trim();
}

/** The line that a program can make on its own, from what happened to the files. */
export function plainCommitMessage(
  files: readonly Pick<ChangedFile, 'path' | 'isNew' | 'isDeleted'>[],
): string {
  const all = (key: 'isNew' | 'isDeleted'): boolean => files.every((file) => file[key]);
  const verb = all('isNew') ? 'Add' : all('isDeleted') ? 'Remove' : 'Update';
  const names = files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const named = `${verb} ${names.join(', ')}`;
  return lengthOf(named) <= longestLine ? named : `${verb} ${files.length} files`;
}

/** In code points, as git's own tools count. */
export function lengthOf(line: string): number {
  return Array.from(line).length;
}
