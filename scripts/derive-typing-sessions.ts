/**
 * Derives the sessions of `thimble bench typing` from the sources in `test/fixtures/bench/typing`: parts of a file are
 * taken out, and typed again as people do, with bursts, pauses, mistakes, Enter, jumps, brackets that the editor
 * closes, and edits above the cursor. The same numbers each time.
 * Run: npx tsx scripts/derive-typing-sessions.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  applyStep,
  type TypingSession,
  type TypingState,
  type TypingStep,
} from '../src/bench/typing-session';

const folder = path.resolve('test/fixtures/bench/typing');

/** Lines to type, 1-based: from the first to the last, or the ends of some lines. */
interface Source {
  file: string;
  language: string;
  unit: string;
  body: [from: number, to: number];
  lines: number[];
  mistakes: [from: number, to: number];
  definition: [from: number, to: number];
  /** A body and a line above it. */
  above: { body: [from: number, to: number]; line: number };
  undo: [from: number, to: number];
}

const sources: Source[] = [
  {
    file: 'retry-queue.ts',
    language: 'typescript',
    unit: '  ',
    body: [39, 43],
    lines: [42, 61, 77],
    mistakes: [53, 56],
    definition: [69, 71],
    above: { body: [75, 79], line: 12 },
    undo: [32, 34],
  },
  {
    file: 'ledger.py',
    language: 'python',
    unit: '    ',
    body: [27, 31],
    lines: [38, 55, 77],
    mistakes: [69, 71],
    definition: [49, 52],
    above: { body: [34, 36], line: 17 },
    undo: [45, 47],
  },
  {
    file: 'ring.go',
    language: 'go',
    unit: '\t',
    body: [31, 35],
    lines: [26, 54, 81],
    mistakes: [60, 64],
    definition: [40, 43],
    above: { body: [73, 76], line: 17 },
    undo: [49, 53],
  },
  {
    file: 'tokens.rs',
    language: 'rust',
    unit: '    ',
    body: [82, 84],
    lines: [46, 76, 101],
    mistakes: [87, 89],
    definition: [71, 73],
    above: { body: [109, 112], line: 17 },
    undo: [37, 40],
  },
  {
    file: 'RoomCalendar.java',
    language: 'java',
    unit: '    ',
    body: [43, 46],
    lines: [30, 56, 78],
    mistakes: [67, 69],
    definition: [60, 62],
    above: { body: [89, 92], line: 15 },
    undo: [76, 78],
  },
];

/** Numbers from 0 to 1 that are the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Writes down what a user does in a file. */
class Typist {
  readonly steps: TypingStep[] = [];
  private state: TypingState;
  /** What the editor has put behind the cursor and is still to be typed over. */
  private pending = '';
  private last = '\n';

  constructor(
    readonly start: TypingState,
    private readonly unit: string,
    private readonly random: () => number,
    private readonly mistakes: number,
  ) {
    this.state = start;
  }

  get text(): string {
    return this.state.text;
  }

  private act(step: TypingStep): void {
    this.steps.push(step);
    this.state = applyStep(this.state, step);
  }

  jump(to: number): void {
    if (to === this.state.offset) return;
    this.pending = '';
    this.last = '\n';
    this.act({ after: Math.round(700 + this.random() * 900), to });
  }

  undo(count: number): void {
    this.act({ after: Math.round(400 + this.random() * 500), remove: count });
  }

  type(target: string): void {
    for (let at = 0; at < target.length;) at += this.key(target.slice(at));
  }

  /** Milliseconds before the next key: bursts within words, a breath between them, now and then a thought. */
  private pause(): number {
    const { random, last } = this;
    const inWord = 70 + random() * 110;
    if (last === '\n') return Math.round(350 + random() * 900);
    if (!/\s/.test(last)) return Math.round(inWord);
    return Math.round(random() < 0.12 ? 700 + random() * 1600 : inWord + random() * 130);
  }

  /** Types what comes next; gives how much of `rest` that was. */
  private key(rest: string): number {
    const character = rest.charAt(0);
    const over = this.overtyped(rest);
    if (over > 0) {
      this.act({ after: this.pause(), over });
      this.pending = this.pending.slice(over);
      this.last = rest.charAt(over - 1);
      return over;
    }
    if (character === '\n') return this.enter(rest);
    if (this.random() < this.mistakes && /[a-z]/.test(character)) this.mistype(character);
    const closing = this.closingOf(rest);
    this.act({ after: this.pause(), insert: character, ...(closing === '' ? {} : { closing }) });
    this.pending = closing + this.pending;
    this.last = character;
    return 1;
  }

  private overtyped(rest: string): number {
    if (this.pending === '') return 0;
    const line = /^\n[ \t]*[)\]}]/.exec(this.pending)?.[0];
    if (line !== undefined) return rest.startsWith(line) ? line.length : 0;
    return rest.startsWith(this.pending.charAt(0)) ? 1 : 0;
  }

  private mistype(character: string): void {
    const wrong = String.fromCharCode(97 + ((character.charCodeAt(0) - 97 + 3) % 26));
    this.act({ after: this.pause(), insert: wrong });
    this.act({ after: Math.round(220 + this.random() * 250), remove: 1 });
  }

  /** The bracket or quote that the editor closes: not before a word, and only where the target closes it too. */
  private closingOf(rest: string): string {
    const closer = { '(': ')', '[': ']', '{': '}', '"': '"' }[rest.charAt(0)];
    const behind = this.state.text.charAt(this.state.offset);
    if (closer === undefined || /[^\s)\]};,]/.test(behind)) return '';
    if (closer === '"') return rest.startsWith('"""') || !/^"[^"\n]*"/.test(rest) ? '' : closer;
    let depth = 0;
    for (const character of rest) {
      if (character === rest.charAt(0)) depth++;
      else if (character === closer && --depth === 0) return closer;
    }
    return '';
  }

  /** Enter, with the editor's indentation put right where it is not the one that is wanted. */
  private enter(rest: string): number {
    const wanted = /^\n([ \t]*)/.exec(rest)?.[1] ?? '';
    const isBlank = /^\n[ \t]*\n/.test(rest);
    const before = this.state.text.slice(0, this.state.offset);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    const outer = /^[ \t]*/.exec(line)?.[0] ?? '';
    const opens = /[:{([]\s*$/.test(line);
    const indent = isBlank ? '' : opens ? outer + this.unit : outer;
    const expands = opens && /^[)\]}]/.test(this.pending);
    const closing = expands ? `\n${outer}` : '';
    this.act({ after: this.pause(), insert: `\n${indent}`, ...(expands ? { closing } : {}) });
    this.pending = closing + this.pending;
    if (!isBlank && wanted.length < indent.length) {
      this.act({ after: this.pause(), remove: indent.length - wanted.length });
    } else if (!isBlank && wanted.length > indent.length) {
      this.act({ after: this.pause(), insert: wanted.slice(indent.length) });
    }
    this.last = '\n';
    return 1 + wanted.length;
  }
}

/** Offsets of lines `from` to `to`, from the first one's indentation to the last one's end. */
function span(text: string, [from, to]: [number, number]): { start: number; end: number } {
  const lines = text.split('\n');
  const startOf = (line: number): number => lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  const indent = /^[ \t]*/.exec(lines[from - 1] ?? '')?.[0].length ?? 0;
  return { start: startOf(from) + indent, end: startOf(to) + (lines[to - 1] ?? '').length };
}

function derive(source: Source, kind: string, seed: number): TypingSession {
  const whole = readFileSync(path.join(folder, source.file), 'utf8');
  const random = randomNumbers(seed);
  const typist = (text: string, offset: number, mistakes = 0.01): Typist =>
    new Typist({ text, offset }, source.unit, random, mistakes);
  const without = ({ start, end }: { start: number; end: number }, text = whole): string =>
    text.slice(0, start) + text.slice(end);
  let done: Typist;

  if (kind === 'lines') {
    const ends = source.lines.map((line) => span(whole, [line, line]));
    const cuts = ends.map(({ start, end }) => ({ start: start + Math.round((end - start) * 0.35), end }));
    const text = [...cuts].reverse().reduce((left, cut) => without(cut, left), whole);
    done = typist(text, cuts[0]?.start ?? 0);
    let shift = 0;
    for (const [index, { start, end }] of cuts.entries()) {
      const missing = cuts.slice(0, index).reduce((sum, cut) => sum + cut.end - cut.start, 0);
      done.jump(start - missing + shift);
      const before = done.text.length;
      done.type(whole.slice(start, end));
      shift += done.text.length - before;
    }
  } else if (kind === 'above') {
    const body = span(whole, source.above.body);
    const above = span(whole, [source.above.line, source.above.line]);
    const removed = above.end - above.start;
    done = typist(without(above, without(body)), body.start - removed, 0.02);
    const target = whole.slice(body.start, body.end);
    const half = target.lastIndexOf('\n', target.length / 2);
    done.type(target.slice(0, half));
    const behind = done.text.length - without(above, without(body)).length;
    done.jump(above.start);
    done.type(whole.slice(above.start, above.end));
    done.jump(body.start + behind);
    done.type(target.slice(half));
  } else {
    const region = source[kind as 'body' | 'mistakes' | 'definition' | 'undo'];
    const place = span(whole, region);
    done = typist(without(place), place.start, kind === 'mistakes' ? 0.08 : 0.01);
    const target = whole.slice(place.start, place.end);
    if (kind === 'undo') {
      // The last word is taken back twice and typed again.
      const words = [...target.matchAll(/[A-Za-z]{4,}/g)];
      let from = 0;
      for (const share of [0.35, 0.7]) {
        const word = words[Math.floor(words.length * share)];
        const end = (word?.index ?? 0) + (word?.[0].length ?? 0);
        done.type(target.slice(from, end));
        done.undo(word?.[0].length ?? 0);
        from = word?.index ?? 0;
      }
      done.type(target.slice(from));
    } else done.type(target);
  }
  if (done.text !== whole) throw new Error(`${source.file}, ${kind}: the session does not lead to the file`);
  const { text, offset } = done.start;
  const { file, language } = source;
  return { id: `${language}-${kind}`, kind, language, path: file, text, offset, steps: done.steps };
}

const kinds = ['body', 'lines', 'mistakes', 'definition', 'above', 'undo'];
const sessions = sources.flatMap((source, row) =>
  kinds.map((kind, column) => derive(source, kind, 100 * row + column + 1)),
);
const file = path.resolve('test/fixtures/bench/typing-sessions.jsonl');
writeFileSync(file, sessions.map((session) => `${JSON.stringify(session)}\n`).join(''));
const steps = sessions.reduce((sum, session) => sum + session.steps.length, 0);
const ms = sessions.reduce(
  (sum, session) => sum + session.steps.reduce((all, step) => all + step.after, 0),
  0,
);
process.stdout.write(`${sessions.length} sessions, ${steps} steps, ${Math.round(ms / 1000)} s\n`);
