/**
 * Commands that only read, by program and option. A line is on the list only when it is one program with literal
 * words, every option is known here, and every operand lies in the folder: whatever else, even if harmless, asks.
 */
import { plainWords, type ShellKind } from './command-line';

/** What a program may be given. */
interface Allowed {
  /** Options without a value of their own, or with `=value` where the pattern says so. */
  options?: RegExp;
  /** Options whose value is the next word. */
  withValue?: RegExp;
  /** What the first word after the program must be; such as a subcommand. */
  first?: RegExp;
  /** The first operand is a text to look for, not a path. */
  textFirst?: boolean;
  /** Operands may be anything: they are not opened. */
  anyOperand?: boolean;
  /** No operand at all. */
  noOperand?: boolean;
}

const searchOptions =
  /^-[ivwxncloqhHF]+$|^--(ignore-case|invert-match|word-regexp|line-number|count|files-with-matches|fixed-strings|only-matching|no-messages|hidden|smart-case)$|^-[ABC]\d+$/;
const search: Allowed = {
  options: searchOptions,
  withValue: /^-[ABCm]$|^--(context|max-count)$/,
  textFirst: true,
};
const versionOnly: Allowed = { first: /^(--version|-v|-V|version)$/, noOperand: true };

const posix: Readonly<Record<string, Allowed>> = {
  ls: { options: /^-[laAhRrtS1dFp]+$|^--(all|almost-all|human-readable|recursive)$/ },
  pwd: { options: /^-[LP]$/, noOperand: true },
  echo: { anyOperand: true },
  true: { noOperand: true },
  cat: { options: /^-[nbsA]+$/ },
  head: { options: /^-\d+$|^-[nc]\d+$|^-q$/, withValue: /^-[nc]$/ },
  tail: { options: /^-\d+$|^-[nc]\+?\d+$|^-q$/, withValue: /^-[nc]$/ },
  wc: { options: /^-[lwcm]+$/ },
  grep: {
    ...search,
    options: new RegExp(`${searchOptions.source}|^-[rinwlcEF]+$|^--recursive$`),
  },
  rg: search,
  which: { anyOperand: true },
  find: {
    options: /^-(empty|print)$/,
    withValue: /^-(name|iname|type|maxdepth|mindepth|size|mtime|newer)$/,
  },
  stat: {},
  file: { options: /^-b$/ },
  du: { options: /^-[shakmc]+$/ },
  diff: { options: /^-[uNqwbB]+$|^-U\d+$/ },
};

/** Subcommands of git that neither write nor start a program that the repository names. */
const git: Readonly<Record<string, Allowed>> = {
  status: { options: /^(-s|-b|-sb|--short|--branch|--porcelain)$/ },
  log: {
    options:
      /^(--oneline|--stat|--graph|--all|--decorate|--no-decorate|-\d+|-n\d+|--max-count=\d+|--no-merges)$/,
    withValue: /^-n$/,
  },
  'ls-files': { options: /^(-m|-o|-d|--others|--modified|--deleted|--exclude-standard)$/ },
  'rev-parse': { options: /^(--abbrev-ref|--show-toplevel|--short)$/ },
  branch: { options: /^(-a|-r|-v|-vv|--show-current|--list)$/, noOperand: true },
  'ls-tree': { options: /^(-r|--name-only)$/ },
};

const versions = [
  'node',
  'npm',
  'python',
  'python3',
  'pip',
  'pip3',
  'go',
  'cargo',
  'rustc',
  'java',
  'git',
  'tsc',
];

/** Cmdlets and their aliases. Names are compared without case. */
const powershell: Readonly<Record<string, Allowed>> = {
  'get-childitem': { options: /^-(recurse|name|file|directory|force)$/i },
  'get-content': { options: /^-raw$/i, withValue: /^-(totalcount|tail)$/i },
  'get-location': { noOperand: true },
  'write-output': { anyOperand: true },
};
const powershellAliases: Readonly<Record<string, string>> = {
  ls: 'get-childitem',
  dir: 'get-childitem',
  gci: 'get-childitem',
  cat: 'get-content',
  type: 'get-content',
  gc: 'get-content',
  pwd: 'get-location',
  gl: 'get-location',
  echo: 'write-output',
};

/** Only what is built into cmd: it looks for programs in the current folder first, where anything may lie. */
const cmd: Readonly<Record<string, Allowed>> = {
  dir: { options: /^\/[bsa]$/i },
  type: {},
  echo: { anyOperand: true },
  ver: { noOperand: true },
};

/** A command of the list. `paths` are the operands that it opens, for a check that they lie in the workspace. */
export interface ReadOnlyCommand {
  /** The program, with its subcommand where that counts. */
  name: string;
  paths: string[];
}

/** The command, when the line is one that only reads; undefined for everything else. */
export function readOnlyCommand(line: string, shell: ShellKind): ReadOnlyCommand | undefined {
  const words = plainWords(line, shell);
  if (!words) return undefined;
  const [program = '', ...rest] = words;
  const found = allowedFor(program, rest, shell);
  if (!found) return undefined;
  const paths = operandsOf(found.args, found.allowed);
  if (!paths || (!found.allowed.anyOperand && !paths.every((path) => staysInside(path)))) return undefined;
  return { name: found.name, paths: found.allowed.anyOperand ? [] : paths };
}

function allowedFor(
  program: string,
  rest: string[],
  shell: ShellKind,
): { name: string; allowed: Allowed; args: string[] } | undefined {
  if (shell === 'powershell') {
    const lower = program.toLowerCase();
    const name = powershellAliases[lower] ?? lower;
    return at(powershell, name, rest);
  }
  if (shell === 'cmd') return at(cmd, program.toLowerCase(), rest);
  const [first = ''] = rest;
  if (versions.includes(program) && versionOnly.first?.test(first))
    return { name: `${program} ${first}`, allowed: versionOnly, args: rest.slice(1) };
  if (program !== 'git') return at(posix, program, rest);
  const found = at(git, first, rest.slice(1));
  return found && { ...found, name: `git ${first}` };
}

function at(
  table: Readonly<Record<string, Allowed>>,
  name: string,
  args: string[],
): { name: string; allowed: Allowed; args: string[] } | undefined {
  const allowed = Object.hasOwn(table, name) ? table[name] : undefined;
  return allowed && { name, allowed, args };
}

/** The operands, or undefined when an option is not known. */
function operandsOf(args: readonly string[], allowed: Allowed): string[] | undefined {
  const operands: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    const isOption = word.startsWith('-') || /^\/[a-z]$/i.test(word);
    if (allowed.withValue?.test(word)) {
      const value = args[++index];
      if (value === undefined || value.startsWith('-') || !staysInside(value)) return undefined;
    } else if (isOption) {
      if (!allowed.options?.test(word)) return undefined;
    } else operands.push(word);
  }
  if (allowed.noOperand && operands.length > 0) return undefined;
  return allowed.textFirst ? operands.slice(1) : operands;
}

/** Whether a word names nothing outside of the folder that the command runs in. Links are the caller's business. */
function staysInside(word: string): boolean {
  const parts = word.split(/[\\/]/);
  // A colon names a drive, a stream, a PowerShell provider, or a file of a git commit.
  return word !== '' && !/^[\\/~]/.test(word) && !word.includes(':') && !parts.includes('..');
}
