import * as v from 'valibot';
import { UserError } from '../base/errors';
import type { ContextSpan, DefinitionName, SourceFile } from '../protocol/indexer';
import {
  type ContextView,
  definitionName,
  type Pin,
  pin,
  type PinnedView,
  type ShownSpan,
  type SpanUse,
} from '../protocol/panel-context';
import type { SyntaxService } from '../syntax/syntax-service';
import type { PackedSpan } from './pack';

/** What the user has decided about single definitions, for whoever shows code to a model. */
export interface SpanChoices {
  /** Another number after each decision. */
  readonly version: number;
  /** The pinned definitions as their files are now, in all their forms; what is gone is left out. Never rejects. */
  pinned(): Promise<readonly ContextSpan[]>;
  isPinned(name: DefinitionName): boolean;
  /** What is not to be offered. */
  dropped(): readonly DefinitionName[];
  /** Notes what goes along, for the user to see. */
  note(use: SpanUse, spans: readonly PackedSpan[]): void;
}

/** The same for the one who decides. */
export interface SpanControl extends SpanChoices {
  /** Of several definitions of that name, the one nearest to the line. @throws UserError `too-many-pins` */
  pin(pinned: Pin): void;
  unpin(name: DefinitionName): void;
  drop(name: DefinitionName): void;
  takeBack(name: DefinitionName): void;
  view(): Promise<ContextView>;
}

export interface SpanChoicesPorts {
  /** A file as it is in the editor or on the disk. */
  read(path: string): Promise<SourceFile>;
  syntax: SyntaxService;
  /** A count by estimate does. */
  countTokens: (text: string) => number;
  /** What is kept of the workspace; what is of no known form counts as nothing. */
  kept: { get(): unknown; set(state: unknown): void };
}

const mostPins = 50;
/** The oldest go when there are more. */
const mostDropped = 500;
const keptState = v.object({ pinned: v.array(pin), dropped: v.array(definitionName) });
const uses: readonly SpanUse[] = ['completion', 'selection', 'agent'];

/** What a pin has come to. */
interface LookedUp {
  pin: Pin;
  state: PinnedView['state'];
  spans: readonly ContextSpan[];
}

export function createSpanChoices(ports: SpanChoicesPorts): SpanControl {
  const stored = v.safeParse(keptState, ports.kept.get());
  let { pinned, dropped } = stored.success ? stored.output : { pinned: [], dropped: [] };
  let version = 0;
  const shown = new Map<SpanUse, readonly PackedSpan[]>();
  /** What was found last, by pin, with the text that it was found in: most questions meet the same one. */
  const found = new Map<string, { text: string; spans: readonly ContextSpan[] }>();

  const decide = (next: { pinned?: Pin[]; dropped?: DefinitionName[] }): void => {
    ({ pinned = pinned, dropped = dropped } = next);
    version++;
    ports.kept.set({ pinned, dropped });
  };
  const lookUp = async (one: Pin): Promise<LookedUp> => {
    const file = await ports.read(one.path).catch(() => undefined);
    if (!file) return { pin: one, state: 'gone', spans: [] };
    const known = found.get(keyOf(one));
    if (known?.text === file.text) return lookedUp(one, known.spans);
    try {
      const { path, languageId, text } = file;
      const params = { file: { path, languageId, text }, symbol: one.symbol, line: one.line };
      const forms = await ports.syntax.request('definition', params);
      const spans = forms.map((span) => ({ ...span, pinned: true as const }));
      found.set(keyOf(one), { text, spans });
      return lookedUp(one, spans);
    } catch {
      return { pin: one, state: 'away', spans: [] };
    }
  };
  const lookUpAll = (): Promise<LookedUp[]> => Promise.all(pinned.map(lookUp));

  return {
    get version() {
      return version;
    },
    pinned: async () => (await lookUpAll()).flatMap(({ spans }) => spans),
    isPinned: (name) => pinned.some((one) => isSame(one, name)),
    dropped: () => dropped,
    note: (use, spans) => void shown.set(use, spans),
    pin: ({ path, symbol, line }) => {
      const others = without(pinned, { path, symbol });
      if (others.length >= mostPins) {
        throw new UserError('too-many-pins', `Up to ${mostPins} definitions can be pinned.`, {
          kept: 'Those that are pinned stay it.',
          next: 'Unpin one first.',
        });
      }
      found.delete(keyOf({ path, symbol }));
      decide({
        pinned: [...others, { path, symbol, line }],
        dropped: without(dropped, { path, symbol }),
      });
    },
    unpin: (name) => {
      decide({ pinned: without(pinned, name) });
    },
    drop: ({ path, symbol }) => {
      const others = without(dropped, { path, symbol }).slice(1 - mostDropped);
      decide({ pinned: without(pinned, { path, symbol }), dropped: [...others, { path, symbol }] });
    },
    takeBack: (name) => {
      decide({ dropped: without(dropped, name) });
    },
    view: async () => ({
      pinned: (await lookUpAll()).map((one) => pinnedView(one, ports.countTokens)),
      shown: uses.flatMap((use) => {
        const spans = (shown.get(use) ?? []).filter((span) => span.pinned !== true && !isAmong(span, pinned));
        return spans.length === 0 ? [] : [{ use, spans: spans.map(shownSpan) }];
      }),
      dropped: [...dropped],
    }),
  };
}

/** What is offered without what was dropped, behind what is pinned. */
export function chosenSpans(
  offered: readonly ContextSpan[],
  pinned: readonly ContextSpan[],
  choices: SpanChoices,
): ContextSpan[] {
  const dropped = new Set(choices.dropped().map(keyOf));
  return [...pinned, ...offered.filter((span) => !dropped.has(keyOf(span)) && !choices.isPinned(span))];
}

function lookedUp(one: Pin, spans: readonly ContextSpan[]): LookedUp {
  return { pin: one, state: spans.length > 0 ? 'there' : 'gone', spans };
}

function pinnedView({ pin: one, state, spans }: LookedUp, countTokens: (text: string) => number): PinnedView {
  const { path, symbol } = one;
  const whole = spans.at(-1);
  if (!whole) return { path, symbol, state };
  const { startLine, endLine, text } = whole;
  return { path, symbol, state, startLine, endLine, tokens: countTokens(text) };
}

function shownSpan({ path, symbol, startLine, endLine, form, reason, tokens }: PackedSpan): ShownSpan {
  return { path, symbol, startLine, endLine, form, reason, tokens };
}

function isSame(a: DefinitionName, b: DefinitionName): boolean {
  return a.path === b.path && a.symbol === b.symbol;
}

function isAmong(name: DefinitionName, names: readonly DefinitionName[]): boolean {
  return names.some((one) => isSame(one, name));
}

function without<T extends DefinitionName>(names: readonly T[], name: DefinitionName): T[] {
  return names.filter((one) => !isSame(one, name));
}

function keyOf({ path, symbol }: DefinitionName): string {
  return `${path}\n${symbol}`;
}
