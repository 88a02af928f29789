/**
 * How many prompt tokens each key of the typing sessions makes the model read, by the tokenizer alone: as if every key
 * asked, and every prompt was read before the next key. With the suffix as it stands behind the cursor, and as
 * `completion/anchor.ts` tells it.
 * Run: npx tsx scripts/count-key-tokens.mts MODEL.gguf
 */
import { readFileSync } from 'node:fs';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { percentile } from '../src/bench/engine-figures';
import { statesOf, type TypingSession, type TypingStep } from '../src/bench/typing-session';
import { createAnchor } from '../src/completion/anchor';
import { healPrefix } from '../src/completion/healing';
import { textAround } from '../src/completion/place';
import { qwenFillInTheMiddle } from '../src/model/profiles/qwen2.5-coder';
import { fillInTheMiddlePrompt } from '../src/prompt/fill-in-the-middle';

const sessions = readFileSync('test/fixtures/bench/typing-sessions.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as TypingSession);
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: process.argv[2] ?? '', vocabOnly: true });

function kindOf(step: TypingStep): string {
  if ('over' in step) return 'bracket typed over';
  if ('remove' in step) return 'backspace';
  if (!('insert' in step)) return 'jump';
  if (step.insert.startsWith('\n')) return step.closing === undefined ? 'Enter' : 'Enter between brackets';
  return step.closing === undefined ? 'character' : 'bracket opened';
}

for (const isAnchored of [false, true]) {
  const counts = new Map<string, number[]>();
  for (const session of sessions) {
    let cached: number[] = [];
    const suffixAt = createAnchor();
    for (const [index, state] of statesOf(session).entries()) {
      const { prefix, suffix } = textAround(state.text, state.offset);
      const parts = fillInTheMiddlePrompt(qwenFillInTheMiddle, {
        path: session.path,
        prefix: healPrefix(prefix).prompt,
        suffix: isAnchored ? suffixAt(session.path, prefix, suffix) : suffix,
        context: [],
      });
      const tokens: number[] = parts.flatMap(({ text, special }) => model.tokenize(text, special ?? false));
      const same = tokens.findIndex((token, at) => token !== cached[at]);
      const read = Math.max(1, tokens.length - (same < 0 ? tokens.length : same));
      cached = tokens;
      const step = session.steps[index];
      if (!step || 'to' in step) continue;
      for (const kind of ['all', kindOf(step)]) counts.set(kind, [...(counts.get(kind) ?? []), read]);
    }
  }
  console.log(isAnchored ? 'anchored' : 'as it stands');
  for (const [kind, values] of counts) {
    const [median, p90, p95, p99] = [0.5, 0.9, 0.95, 0.99].map((share) => percentile(values, share));
    console.log(`  ${kind}: ${values.length} keys, median ${median}, 90 % ${p90}, 95 % ${p95}, 99 % ${p99}`);
  }
}
process.exit(0);
