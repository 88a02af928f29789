/** Which calls pass, ask or are refused, by rules that the user has written down. Pure. */
import picomatch from 'picomatch';
import { readCommandLine, plainWords, type ShellKind } from './command-line';
import { readOnlyCommand } from './read-only-commands';

export type RuleAnswer = 'allow' | 'ask' | 'deny';

/** One line of the settings, such as `run(npm test)` or `edit(docs/**)`. */
export interface ApprovalRule {
  tool: 'edit' | 'run';
  /** A glob over paths for `edit`, a command line for `run`; left out, every call of the tool. */
  pattern?: string;
  answer: RuleAnswer;
  /** Where it stands, for the person who reads it: such as `user settings`. */
  source: string;
}

/** What is asked about: the path of an edit, or a command line. */
export type Asked = { kind: 'edit'; path: string } | { kind: 'run'; command: string; shell: ShellKind };

/** What the rules say, and the rule in words. Undefined where they are silent. */
export type Verdict = { answer: RuleAnswer; by: string } | undefined;

/** Reads `edit`, `run`, `edit(GLOB)` or `run(COMMAND LINE)`; undefined for anything else. */
export function parseRule(text: string, answer: RuleAnswer, source: string): ApprovalRule | undefined {
  const [, tool, pattern] = /^\s*(edit|run)\s*(?:\((.*)\))?\s*$/s.exec(text) ?? [];
  if (tool !== 'edit' && tool !== 'run') return undefined;
  if (pattern?.trim() === '') return undefined;
  return { tool, answer, source, ...(pattern === undefined ? {} : { pattern: pattern.trim() }) };
}

/** Rules from a settings object of `{ "run(npm test)": "allow" }`; entries of another form are answered by name. */
export function rulesOf(value: unknown, source: string): { rules: ApprovalRule[]; unread: string[] } {
  const rules: ApprovalRule[] = [];
  const unread: string[] = [];
  if (typeof value !== 'object' || value === null) return { rules, unread };
  for (const [text, answer] of Object.entries(value) as [string, unknown][]) {
    const known = answer === 'allow' || answer === 'ask' || answer === 'deny' ? answer : undefined;
    // What cannot be read must not pass for permission: it is told, and counts for nothing.
    const rule = known && parseRule(text, known, source);
    if (rule) rules.push(rule);
    else unread.push(text);
  }
  return { rules, unread };
}

const order: Readonly<Record<RuleAnswer, number>> = { deny: 2, ask: 1, allow: 0 };

/** What the rules say. Of several that match, the strictest counts, wherever it stands. */
export function judge(asked: Asked, rules: readonly ApprovalRule[]): Verdict {
  const matching = rules.filter((rule) => rule.tool === asked.kind && matches(rule, asked));
  const [strictest] = matching.sort((a, b) => order[b.answer] - order[a.answer]);
  return strictest && { answer: strictest.answer, by: ruleInWords(strictest) };
}

/** The command of the built-in list that only reads, in words; `paths` are what it opens. */
export function readsOnly(asked: Asked): { by: string; paths: string[] } | undefined {
  if (asked.kind !== 'run') return undefined;
  const found = readOnlyCommand(asked.command, asked.shell);
  return found && { by: `only reads: ${found.name}`, paths: found.paths };
}

export function ruleInWords({ tool, pattern, source }: ApprovalRule): string {
  return `rule ${tool}${pattern === undefined ? '' : `(${pattern})`}, ${source}`;
}

function matches(rule: ApprovalRule, asked: Asked): boolean {
  const { pattern } = rule;
  if (asked.kind === 'edit') {
    if (pattern === undefined) return rule.answer !== 'allow' || !isGuarded(asked.path);
    // Into a file that decides what runs, a wildcard does not reach.
    if (rule.answer === 'allow' && isGuarded(asked.path)) return pattern === asked.path;
    // Some file systems do not tell capitals; a rule that forbids must hold on them, too.
    return picomatch.isMatch(asked.path, pattern, {
      dot: true,
      basename: !pattern.includes('/'),
      nocase: rule.answer !== 'allow',
    });
  }
  if (pattern === undefined) return true;
  return rule.answer === 'allow'
    ? allowsCommand(pattern, asked.command, asked.shell)
    : mentionsCommand(pattern, asked.command, asked.shell);
}

/** A permission holds for exactly that line, or for one program whose words fit; `*` at the end is any more words. */
function allowsCommand(pattern: string, command: string, shell: ShellKind): boolean {
  if (!pattern.includes('*')) return pattern === command.trim();
  const words = plainWords(command, shell);
  return words !== undefined && wordsFit(patternWords(pattern), words);
}

/** A prohibition holds wherever its words may be run: in any command of the line, or in a text within it. */
function mentionsCommand(pattern: string, command: string, shell: ShellKind): boolean {
  const wanted = patternWords(pattern);
  const { commands } = readCommandLine(command, shell);
  const open = wanted.at(-1) === '*' ? wanted : [...wanted, '*'];
  if (commands.some((words) => words.some((_, start) => wordsFit(open, words.slice(start))))) return true;
  const firstOpen = wanted.findIndex((word) => word.includes('*'));
  const literal = (firstOpen < 0 ? wanted : wanted.slice(0, firstOpen)).join(' ');
  return (
    literal !== '' &&
    command
      .replace(/["'\\^`]/g, '')
      .replace(/\s+/g, ' ')
      .includes(literal)
  );
}

function patternWords(pattern: string): string[] {
  return pattern.split(/\s+/).filter((word) => word !== '');
}

function wordsFit(pattern: readonly string[], words: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '*';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? words.length < fixed.length : words.length !== fixed.length) return false;
  return fixed.every((part, index) => wordFits(part, words[index] ?? ''));
}

function wordFits(part: string, word: string): boolean {
  const source = part.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('[^]*')}$`).test(word);
}

/** Files that make programs run, or that change what the agent may do: a yes to edits as such is none to these. */
const guarded = [
  /(^|\/)\.vscode\//,
  /\.code-workspace$/,
  /(^|\/)\.thimble\//,
  /(^|\/)agents\.md$/,
  /(^|\/)\.(husky|githooks|devcontainer|idea)\//,
  /(^|\/)\.github\/workflows\//,
  /(^|\/)\.(npmrc|envrc|gitattributes|gitmodules|gitconfig|bashrc|zshrc|profile)$/,
];

/** Whether an edit of the file asks even where edits are allowed. Workspace paths, with `/`. */
export function isGuarded(path: string): boolean {
  return guarded.some((pattern) => pattern.test(path.toLowerCase()));
}
