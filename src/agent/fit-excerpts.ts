import type { ErrorReport } from '../base/errors';
import type { LanguageModel } from '../model/language-model';

/** Something that goes along with a request, before it is known how much of it fits. */
export interface Source {
  /** How user and model know it, such as `src/a.ts`. */
  label: string;
  text: string;
  /** 1-based line at which `text` begins in its file; left out for what is no part of a file. */
  firstLine?: number;
  /** What a program or the editor reports, such as the terminal's output. */
  isReport?: boolean;
  /** The end matters more than the beginning, as in what a command wrote. */
  keepsEnd?: boolean;
  /** What stands for the lines from the given one (1-based) on, when these do not fit: an outline. */
  outlineFrom?: (line: number) => Promise<readonly string[]>;
  /** How to get at what did not fit. */
  hint?: string;
}

/** What the prompt shows: a title and a text. */
export interface Excerpt {
  label: string;
  text: string;
  /** Of a source that is a report; a cut one is known by this alone, as its label tells of the cut. */
  isReport?: boolean;
}

/** The part of a cut file's share that its outline may take. */
const outlineShare = 0.3;

/**
 * As much of the sources as fits into `budget` tokens, counted by the model. Short ones are kept whole; what remains
 * is shared evenly by the long ones, which are cut at a line. Each cut is a report for the user.
 */
export async function fitExcerpts(
  sources: readonly Source[],
  budget: number,
  model: Pick<LanguageModel, 'countTokens'>,
): Promise<{ excerpts: Excerpt[]; cuts: ErrorReport[] }> {
  const needs = await model.countTokens(sources.map(({ text }) => text));
  const shares = evenShares(needs, budget);
  const excerpts: Excerpt[] = [];
  const cuts: ErrorReport[] = [];
  for (const [index, source] of sources.entries()) {
    const need = needs[index] ?? 0;
    const share = shares[index] ?? 0;
    const kind = source.isReport === true ? { isReport: true } : {};
    if (need <= share) {
      excerpts.push({ label: source.label, text: source.text, ...kind });
      continue;
    }
    const { excerpt, shown } = await cutSource(source, need, share, model);
    if (excerpt) excerpts.push({ ...excerpt, ...kind });
    cuts.push({
      code: 'context-cut',
      happened: `Of ${source.label}, ${shown} to the model: it has ${need} tokens, and ${share} of the model’s context are left for it.`,
      next: source.hint,
    });
  }
  return { excerpts, cuts };
}

/** Shares `budget`: who needs less than an even share gets what it needs, the others share the rest. */
export function evenShares(needs: readonly number[], budget: number): number[] {
  const shares = needs.map(() => 0);
  let left = Math.max(0, budget);
  const order = needs.map((need, index) => ({ need, index })).sort((a, b) => a.need - b.need);
  order.forEach(({ need, index }, place) => {
    const share = Math.min(need, Math.floor(left / (order.length - place)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}

async function cutSource(
  source: Source,
  need: number,
  share: number,
  model: Pick<LanguageModel, 'countTokens'>,
): Promise<{ excerpt: Excerpt | undefined; shown: string }> {
  const total = lineCount(source.text);
  const forText = source.outlineFrom ? Math.floor(share * (1 - outlineShare)) : share;
  const part = source.keepsEnd
    ? await endWithin(source.text, need, forText, model)
    : await beginningWithin(source.text, need, forText, model);
  const kept = part === '' ? 0 : lineCount(part);
  if (kept === 0) return { excerpt: undefined, shown: 'nothing goes' };
  const which = source.keepsEnd ? 'the last' : 'the first';
  const shown = `${which} ${kept} of ${total} lines go`;
  const first = source.firstLine ?? 1;
  const label =
    source.firstLine === undefined
      ? `${source.label} (${which} ${kept} of ${total} lines)`
      : `${source.label} (lines ${first}–${first + kept - 1} of ${first + total - 1})`;
  const outline = (await source.outlineFrom?.(first + kept)) ?? [];
  if (outline.length === 0) return { excerpt: { label, text: part }, shown };
  const listed = outline.join('\n');
  const [size = 0] = await model.countTokens([listed]);
  const left = share - forText;
  const fitting = size <= left ? listed : await beginningWithin(listed, size, left, model);
  const text = fitting === '' ? part : `${part}\n[Left out, by lines:]\n${fitting}`;
  return {
    excerpt: { label, text },
    shown: `${which} ${kept} of ${total} lines and an outline of the rest go`,
  };
}

/**
 * The beginning of a text that takes at most `budget` tokens, up to the end of a line where it holds one; `tokens` is
 * the size of the whole. Empty when nothing fits.
 */
export async function beginningWithin(
  text: string,
  tokens: number,
  budget: number,
  model: Pick<LanguageModel, 'countTokens'>,
): Promise<string> {
  let end = Math.floor((text.length * Math.max(0, budget)) / Math.max(1, tokens));
  while (end > 0) {
    const lineEnd = text.lastIndexOf('\n', end);
    const part = text.slice(0, lineEnd > 0 ? lineEnd : end);
    const [size = 0] = await model.countTokens([part]);
    if (size <= budget) return part;
    end = Math.floor(part.length * Math.min(0.9, budget / size));
  }
  return '';
}

/** The same from the end of the text. */
async function endWithin(
  text: string,
  tokens: number,
  budget: number,
  model: Pick<LanguageModel, 'countTokens'>,
): Promise<string> {
  const reversed = (value: string): string => value.split('\n').reverse().join('\n');
  return reversed(await beginningWithin(reversed(text), tokens, budget, model));
}

function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}
