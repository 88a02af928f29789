import { answerFromIndex as answerAgent, type KnownDefinition, lineOf } from '../../micro/answer-from-index';
import { offersJob, runMicroAgent } from '../../micro/micro-agent';
import { isAbort } from '../../base/errors';
import { askIn } from '../ask-in-run';
import { namesIn } from '../intent';
import { definitionsOf, qualifiedName } from '../locate';
import type { ProgramResult, Run } from '../ports';
import { reportedSteps } from './report';

const mostDefinitions = 10;
const mostWords = 12;

/**
 * Answers a question about definitions that it names, from the symbol index. Undefined where it names none, or where the
 * model is not offered for it: then the tools answer.
 */
export async function answerFromIndex(
  run: Run,
  paths: readonly string[],
): Promise<ProgramResult | undefined> {
  const { model } = run.ports;
  if (run.task.attachments.length > 0 || !offersJob(model.profile, 'index-answer')) return undefined;
  const definitions = await definitionsNamed(run, paths);
  if (definitions.length === 0) return undefined;
  const rows = definitions.map(lineOf).join('\n');
  const count = `${definitions.length} ${definitions.length === 1 ? 'definition' : 'definitions'}`;
  const object = [...new Set(definitions.map(({ name }) => name))].slice(0, 3).join(', ');
  const step = { id: run.step(), tool: 'search' as const, verb: 'Find', object, result: count };
  run.emit({ type: 'step', step: { ...step, state: 'done', detail: { kind: 'text', text: rows } } });
  const result = await runMicroAgent(answerAgent, { question: run.task.text, definitions }, askIn(run));
  // What the index knows is true, whatever the model made of it.
  const answer = result.ok ? result.value : `This is defined here:\n\n\`\`\`\n${rows}\n\`\`\``;
  run.emit({ type: 'text', delta: answer });
  const summary = result.ok
    ? ''
    : `The model’s answers were not usable (${result.problems.join(', ')}), so this is what the index tells.`;
  return { outcome: 'done', summary, messages: reportedSteps(run.task.text, answer) };
}

/** Definitions of the names in the question, from the index, or by searching while there is none. */
async function definitionsNamed(run: Run, paths: readonly string[]): Promise<KnownDefinition[]> {
  const { text } = run.task;
  const named = namesIn(text);
  const words = (text.match(/[A-Za-z_$][\w$]{3,}/g) ?? []).slice(0, mostWords);
  const found: KnownDefinition[] = [];
  for (const query of new Set([...named, ...words])) {
    const last = query.split('.').at(-1);
    for (const { path, startLine, containers, name, signature, doc } of await indexed(run, query)) {
      // The index goes on to names that begin alike, which a plain word does not mean.
      if (name === last)
        found.push({ path, startLine, name: [...containers, name].join('.'), signature, doc });
    }
  }
  if (found.length === 0 && named.length > 0) {
    for (const { file, symbol } of await definitionsOf(run, named, paths)) {
      const { startLine, signature, doc } = symbol;
      found.push({ path: file.path, startLine, name: qualifiedName(symbol), signature, doc });
    }
  }
  const keys = new Set<string>();
  return found
    .filter(({ path, startLine }) => {
      const key = `${path}:${startLine}`;
      return !keys.has(key) && keys.add(key);
    })
    .slice(0, mostDefinitions);
}

async function indexed(run: Run, query: string) {
  try {
    return await run.ports.syntax.request('findSymbol', { query, limit: mostDefinitions }, run.signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    return [];
  }
}
