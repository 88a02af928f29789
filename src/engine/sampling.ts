import type {
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  SequenceEvaluateOptions,
  Token,
  TokenBias,
} from 'node-llama-cpp';
import { UserError } from '../base/errors';
import type { GenerateParams, LazyGrammar } from '../protocol/engine';
import { type GrammarGuide, createGrammarGuide, tokenCheckOf } from './grammar-guide';
import { createTriggerWatch } from './grammar-trigger';
import { forcedLogit, type Healing } from './healing';
import type { LoadedModel } from './load-model';

/** Tokens of the output that the repeat penalty looks back at, as llama.cpp has it. */
const penaltyWindow = 64;
/** Grammars that are kept; the agent uses a handful, of a few triggers each. */
const keptGrammars = 32;

/** The library's options for one generation, in which `guide` follows the grammar if there is one. */
export function samplingOptions(
  loaded: LoadedModel,
  { sampling, begin }: Pick<GenerateParams, 'sampling' | 'begin'>,
  generated: readonly Token[],
  healing: Healing,
  guide: GrammarGuide | undefined,
): SequenceEvaluateOptions {
  const { temperature, topP, topK, minP, repeatPenalty, seed } = sampling;
  return {
    temperature,
    // The library's own defaults would cut the distribution where the caller asked for nothing of the kind.
    topP: topP ?? 1,
    topK: topK ?? 0,
    minP: minP ?? 0,
    ...(seed === undefined ? {} : { seed }),
    ...(repeatPenalty === undefined || repeatPenalty === 1
      ? {}
      : {
          repeatPenalty: {
            punishTokens: () => generated.slice(-penaltyWindow),
            penalty: repeatPenalty,
            maxPunishTokens: penaltyWindow,
          },
        }),
    ...(begin === undefined ? {} : { tokenBias: () => healingBias(loaded, healing) }),
    ...(guide === undefined ? {} : { grammarEvaluationState: () => guide.mask() }),
  };
}

function healingBias({ library, model }: LoadedModel, healing: Healing): TokenBias {
  const bias = library.TokenBias.for(model);
  const allowed = healing.allowed();
  if (allowed) bias.set([...allowed] as Token[], { logit: forcedLogit });
  return bias;
}

/** A guide through a grammar, a whole one or one that begins at a trigger; `generated` is the growing list of tokens. */
export async function grammarGuide(
  loaded: LoadedModel,
  grammar: string | LazyGrammar,
  generated: readonly Token[],
): Promise<GrammarGuide> {
  const start = await grammarStart(loaded, grammar, generated);
  return createGrammarGuide(start, tokenCheckOf(loaded.llama, loaded.model));
}

/** Answers the state of a grammar, for a lazy one from its trigger on. */
async function grammarStart(
  loaded: LoadedModel,
  grammar: string | LazyGrammar,
  generated: readonly Token[],
): Promise<() => LlamaGrammarEvaluationState | undefined> {
  const { LlamaGrammarEvaluationState } = loaded.library;
  const begin = (parsed: LlamaGrammar): LlamaGrammarEvaluationState =>
    new LlamaGrammarEvaluationState({ model: loaded.model, grammar: parsed });
  if (typeof grammar === 'string') {
    const whole = await parsedGrammar(loaded, grammar);
    return () => begin(whole);
  }

  const parsed = new Map<string, LlamaGrammar>();
  for (const { rule } of grammar.triggers) {
    parsed.set(rule, await parsedGrammar(loaded, `root ::= ${rule}\n${grammar.rules}`));
  }
  const watch = createTriggerWatch(grammar.triggers, (tokens: readonly Token[]) =>
    loaded.model.detokenize(tokens, true),
  );
  return () => {
    const found = parsed.get(watch(generated) ?? '');
    return found && begin(found);
  };
}

async function parsedGrammar({ llama, grammars }: LoadedModel, text: string): Promise<LlamaGrammar> {
  const known = grammars.get(text);
  if (known) return known;
  const grammar = await llama.createGrammar({ grammar: text }).catch((cause: unknown) => {
    throw new UserError('grammar-invalid', 'The grammar for the answer is not valid.', { cause });
  });
  const oldest = grammars.keys().next().value;
  if (grammars.size >= keptGrammars && oldest !== undefined) grammars.delete(oldest);
  grammars.set(text, grammar);
  return grammar;
}
