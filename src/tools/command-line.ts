/**
 * What a command line is made of, as far as a program can be sure of it. Not a shell: whatever is more than words
 * (pipes, lists, redirections, substitutions, variables, patterns, assignments) is named, so that the caller can ask.
 */

/** The language that a command line is written in. */
export type ShellKind = 'posix' | 'cmd' | 'powershell';

/** What makes a line more than one program with literal words. */
export type Beyond =
  | 'pipe'
  | 'list'
  | 'background'
  | 'redirection'
  | 'substitution'
  | 'variable'
  | 'pattern'
  | 'assignment'
  | 'grouping'
  | 'escape'
  | 'comment'
  | 'line break'
  | 'open quote'
  | 'control character';

export interface CommandLine {
  /** The words of each command that the line holds, quotes taken off; what a substitution runs is not among them. */
  commands: string[][];
  /** Empty for one program with literal words. */
  beyond: ReadonlySet<Beyond>;
}

/** The words of a line that is one program with literal words, else undefined. */
export function plainWords(line: string, shell: ShellKind): string[] | undefined {
  const { commands, beyond } = readCommandLine(line, shell);
  const [words] = commands;
  return beyond.size === 0 && commands.length === 1 && words !== undefined && words.length > 0
    ? words
    : undefined;
}

/** Reads a command line. Never throws: what it does not understand is in `beyond`. */
export function readCommandLine(line: string, shell: ShellKind): CommandLine {
  const rules = rulesByShell[shell];
  const beyond = new Set<Beyond>();
  const commands: string[][] = [[]];
  let word: string | undefined;
  let isQuoted = false;

  const endWord = (): void => {
    if (word === undefined) return;
    const words = commands.at(-1) ?? [];
    if (words.length === 0 && !isQuoted && rules.assignment.test(word)) beyond.add('assignment');
    words.push(word);
    word = undefined;
    isQuoted = false;
  };
  const endCommand = (): void => {
    endWord();
    if ((commands.at(-1) ?? []).length > 0) commands.push([]);
  };

  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (char === "'" && rules.singleQuotes) {
      const end = line.indexOf("'", at + 1);
      if (end < 0) beyond.add('open quote');
      const stop = end < 0 ? line.length : end;
      word = (word ?? '') + line.slice(at + 1, stop);
      isQuoted = true;
      at = stop;
    } else if (char === '"') {
      const end = endOfDoubleQuotes(line, at, rules, beyond);
      word = (word ?? '') + line.slice(at + 1, end);
      isQuoted = true;
      at = end;
    } else if (char === ' ' || char === '\t') {
      endWord();
    } else if (char === '\n' || char === '\r') {
      beyond.add('line break');
      endCommand();
    } else if (char < ' ' || char === '\u007f') {
      beyond.add('control character');
    } else if (rules.lookAlikes.test(char)) {
      beyond.add('open quote');
      word = (word ?? '') + char;
    } else if (char === rules.escape) {
      beyond.add('escape');
      // A joined line goes on; any other escaped character stands for itself.
      if (next === '\n') at++;
      else {
        word = (word ?? '') + next;
        at++;
      }
    } else if (char === '|' || char === '&' || (char === ';' && rules.semicolon)) {
      beyond.add(
        char === '|' && next !== '|' ? 'pipe' : char === '&' && next !== '&' ? 'background' : 'list',
      );
      if (next === char) at++;
      endCommand();
    } else if (char === '<' || char === '>') {
      beyond.add('redirection');
      endWord();
    } else if (rules.grouping.includes(char)) {
      beyond.add(char === '(' && /[$<>@]$/.test(word ?? '') ? 'substitution' : 'grouping');
      endCommand();
    } else if (char === '#' && word === undefined && rules.comment) {
      beyond.add('comment');
      break;
    } else {
      const kind = rules.special[char];
      if (kind !== undefined && !(char === '~' && word !== undefined)) beyond.add(kind);
      word = (word ?? '') + char;
    }
  }
  endWord();
  return { commands: commands.filter((words) => words.length > 0), beyond };
}

interface ShellRules {
  singleQuotes: boolean;
  semicolon: boolean;
  comment: boolean;
  escape: string;
  /** Characters that the shell takes for quotes or dashes although they are none. */
  lookAlikes: RegExp;
  /** Characters that are special within double quotes, and what they begin. */
  inDoubleQuotes: Readonly<Record<string, Beyond>>;
  /** Characters outside of quotes that a shell replaces by something else. */
  special: Readonly<Record<string, Beyond>>;
  grouping: string;
  assignment: RegExp;
}

const rulesByShell: Readonly<Record<ShellKind, ShellRules>> = {
  posix: {
    singleQuotes: true,
    semicolon: true,
    comment: true,
    escape: '\\',
    lookAlikes: /(?!)/,
    inDoubleQuotes: { $: 'variable', '`': 'substitution', '\\': 'escape', '!': 'substitution' },
    special: {
      $: 'variable',
      '`': 'substitution',
      '*': 'pattern',
      '?': 'pattern',
      '[': 'pattern',
      '~': 'pattern',
      '!': 'substitution',
      // Of zsh: `=ls` is the path of a program, `^` a pattern.
      '^': 'pattern',
    },
    grouping: '(){}',
    assignment: /^=|^[A-Za-z_][A-Za-z_0-9]*(\[.*\])?\+?=/,
  },
  cmd: {
    singleQuotes: false,
    semicolon: false,
    comment: false,
    escape: '^',
    lookAlikes: /(?!)/,
    inDoubleQuotes: { '%': 'variable', '!': 'variable' },
    special: { '%': 'variable', '!': 'variable', '*': 'pattern', '?': 'pattern', '@': 'substitution' },
    grouping: '()',
    assignment: /^$/,
  },
  powershell: {
    singleQuotes: true,
    semicolon: true,
    comment: true,
    escape: '`',
    lookAlikes: /[\u2013-\u2015\u2018-\u201f]/,
    inDoubleQuotes: { $: 'variable', '`': 'escape' },
    special: {
      $: 'variable',
      '*': 'pattern',
      '?': 'pattern',
      '[': 'pattern',
      '~': 'pattern',
      '@': 'substitution',
      ',': 'pattern',
      '%': 'substitution',
    },
    grouping: '(){}',
    assignment: /^$/,
  },
};

/** Where a double-quoted text ends (its closing quote, or the line's end); what is special in it is added. */
function endOfDoubleQuotes(line: string, start: number, rules: ShellRules, beyond: Set<Beyond>): number {
  for (let at = start + 1; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"') return at;
    const kind = rules.inDoubleQuotes[char];
    if (kind !== undefined) beyond.add(kind);
    if (rules.lookAlikes.test(char)) beyond.add('open quote');
    if (char === '\n' || char === '\r') beyond.add('line break');
    else if (char < ' ' || char === '\u007f') beyond.add('control character');
    if (kind === 'escape') at++;
  }
  beyond.add('open quote');
  return line.length;
}
