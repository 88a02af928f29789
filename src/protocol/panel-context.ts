/** Code of the workspace that goes along with prompts, as the panel shows it, and what the user may decide about it. */
import * as v from 'valibot';
import type { ContextSpan, DefinitionName } from './indexer';

/** Who shows code of other places to a model. */
export type SpanUse = 'completion' | 'selection' | 'agent';

/** A definition that went along, with the reason and its tokens. */
export type ShownSpan = Pick<ContextSpan, 'path' | 'symbol' | 'startLine' | 'endLine' | 'form' | 'reason'> & {
  tokens: number;
};

/** A pinned definition as its file is now; `gone`: the file or the definition is not there, `away`: the parser is not. */
export interface PinnedView extends DefinitionName {
  state: 'there' | 'gone' | 'away';
  /** Of a definition that is there: its lines, and the tokens of all of it. */
  startLine?: number;
  endLine?: number;
  tokens?: number;
}

export interface ContextView {
  pinned: PinnedView[];
  /** What went along last, by who asked; pinned definitions left out. */
  shown: { use: SpanUse; spans: ShownSpan[] }[];
  /** What the user does not want to be offered. */
  dropped: DefinitionName[];
}

const definition = {
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(2000)),
  symbol: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)),
};

/** A definition that the user has pinned, with the line where it stood. */
export const pin = v.object({ ...definition, line: v.pipe(v.number(), v.integer(), v.minValue(1)) });
export type Pin = v.InferOutput<typeof pin>;
export const definitionName = v.object(definition);

/** What the panel may ask of the host about spans. */
export const spanMessages = [
  v.object({ type: v.literal('pin-span'), ...pin.entries }),
  v.object({ type: v.literal('unpin-span'), ...definition }),
  v.object({ type: v.literal('drop-span'), ...definition }),
  v.object({ type: v.literal('take-back-span'), ...definition }),
  /** Pins the definition around the cursor of the editor. */
  v.object({ type: v.literal('pin-at-cursor') }),
] as const;
