import type {
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  SequenceEvaluateOptions,
  Token,
  TokenBias,
} from 'node-llama-cpp';
import { UserError } from '../base/errors';
import type { GenerateParams, LazyGrammar } from '../protocol/engine';
import { createTriggerWatch } from './grammar-trigger';
import { forcedLogit, type Healing } from './healing';
import type { LoadedModel } from './load-model';

/** Tokens of the output that the repeat penalty looks back at, as llama.cpp has it. */
const penaltyWindow = 64;
/** Grammars that are kept; the agent uses a handful, of a few triggers each. */
const keptGrammars = 32;

/** The library's options for one generation; `generated` is the growing list of tokens so far. */
export async function samplingOptions(
  loaded: LoadedModel,
  { sampling, grammar, begin }: Pick<GenerateParams, 'sampling' | 'grammar' | 'begin'>,
  generated: readonly Token[],
  healing: Healing,
): Promise<SequenceEvaluateOptions> {
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
    ...(grammar === undefined
      ? {}
      : { grammarEvaluationState: await grammarState(loaded, grammar, generated) }),
  };
}

function healingBias({ library, model }: LoadedModel, healing: Healing): TokenBias {
  const bias = library.TokenBias.for(model);
  const allowed = healing.allowed();
  if (allowed) bias.set([...allowed] as Token[], { logit: forcedLogit });
  return bias;
}

/** The state of a whole grammar, or a function that begins one at a trigger; the library asks it before each token. */
async function grammarState(
  loaded: LoadedModel,
  grammar: string | LazyGrammar,
  generated: readonly Token[],
): Promise<NonNullable<SequenceEvaluateOptions['grammarEvaluationState']>> {
  const { LlamaGrammarEvaluationState } = loaded.library;
  const begin = (parsed: LlamaGrammar): LlamaGrammarEvaluationState =>
    new LlamaGrammarEvaluationState({ model: loaded.model, grammar: parsed });
  if (typeof grammar === 'string') return begin(await parsedGrammar(loaded, grammar));

  const parsed = new Map<string, LlamaGrammar>();
  for (const { rule } of grammar.triggers) {
    parsed.set(rule, await parsedGrammar(loaded, `root ::= ${rule}\n${grammar.rules}`));
  }
  const watch = createTriggerWatch(grammar.triggers, (tokens: readonly Token[]) =>
    loaded.model.detokenize(tokens, true),
  );
  let state: LlamaGrammarEvaluationState | undefined;
  return () => {
    const found = state ? undefined : parsed.get(watch(generated) ?? '');
    if (found) state = begin(found);
    return state;
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
