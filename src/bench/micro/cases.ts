/**
 * The cases of `thimble bench micro`: 20 for each micro-agent, as tasks that go the whole way of the product (a slash command
 * or a question) and are judged by a program.
 */
import type { MicroJob } from '../../model/profile';
import { testPathFor } from '../../prompt/test-path';
import type { BenchTask } from '../agent-tasks';
import { sampleChanges } from './commits';
import { sampleErrors } from './errors';
import { pythonFunctions } from './python-functions';
import type { SampleFunction } from './sample-function';
import { scriptFunctions } from './script-functions';
import { sampleQuestions } from './questions';
import { documentationJudge, testsJudge } from './judges';

export type MicroCase = BenchTask<MicroJob>;

const own = 'written for Thimble';
const sampleFunctions = [...pythonFunctions, ...scriptFunctions];

export const microCases: readonly MicroCase[] = [
  ...numbered('commit', sampleChanges, ({ before, after, about }) => ({
    task: '/commit',
    committed: { LICENSE: 'MIT\n', ...before },
    files: { ...after },
    // A line that the program made itself is none of the model's.
    judge: { facts: [`^\`\`\`\\n.*(?:${about})`], never: ['made from the names of the files'] },
  })),
  ...numbered('explain-error', sampleErrors, ({ error, files, facts }) => ({
    task: `/explain ${error}`,
    files: { ...files },
    judge: { facts: [...facts], never: ['gave no usable explanation'] },
  })),
  ...numbered('document', sampleFunctions, (sample) => documented(sample, sample.code)),
  ...numbered('docstring', sampleFunctions, (sample) => documented(sample, sample.partial)),
  ...numbered('test', sampleFunctions, (sample) => {
    const testPath = testPathFor(sample.path);
    return {
      task: `/tests @${sample.path}#${sample.name}`,
      files: { [sample.path]: sample.code },
      judge: testsJudge(sample, testPath),
      harm: { files: {}, command: '', only: [testPath] },
    };
  }),
  ...numbered('index-answer', sampleQuestions, ({ question, facts, package: name }) => ({
    task: question,
    package: name,
    files: {},
    judge: { facts: [...facts], never: ['were not usable'] },
  })),
];

function documented(
  sample: SampleFunction,
  code: string,
): Pick<MicroCase, 'task' | 'files' | 'judge' | 'harm'> {
  return {
    task: `/doc @${sample.path}#${sample.name}`,
    files: { [sample.path]: code },
    judge: documentationJudge(sample, code),
    harm: { files: {}, command: '', only: [sample.path] },
  };
}

function numbered<T>(
  part: MicroJob,
  samples: readonly T[],
  caseOf: (sample: T) => Omit<MicroCase, 'id' | 'part' | 'source'>,
): MicroCase[] {
  return samples.map((sample, index) => ({
    id: `${part}-${String(index + 1).padStart(2, '0')}`,
    part,
    source: own,
    ...caseOf(sample),
  }));
}
