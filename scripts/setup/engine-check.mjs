/** Asks the engine for one completion and says how fast it answered. */
import { spawn } from 'node:child_process';
import { cli, jsonLines } from './model.mjs';

const limitMs = 180_000;
const question = {
  id: 1,
  path: 'fibonacci.py',
  prefix: 'def fibonacci(n):\n    """The first n Fibonacci numbers."""\n',
  suffix: '\n\nprint(fibonacci(10))\n',
};

/** @param {string} modelPath @returns {Promise<string>} in words, such as "answers, 18 tokens a second" */
export function measureEngine(modelPath, program = cli) {
  return new Promise((resolve, reject) => {
    const args = [program, 'complete', '--raw', '--model', modelPath];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: limitMs });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (errors += data));
    child.once('error', reject);
    child.once('close', () => {
      const answer = jsonLines(output)[0];
      if (!answer || answer.error) {
        reject(new Error(`The engine did not answer. ${answer?.error?.message ?? answer?.error ?? errors}`));
      } else {
        resolve(describeSpeed(answer));
      }
    });
    child.stdin.end(`${JSON.stringify(question)}\n`);
  });
}

/** @param {{tokens: number, first_token_ms: number | null, total_ms: number}} answer */
export function describeSpeed({ tokens, first_token_ms: first, total_ms: total }) {
  if (first === null || tokens < 2 || total <= first) return 'answers';
  const speed = (tokens - 1) / ((total - first) / 1000);
  return `answers: first token after ${Math.round(first)} ms, ${speed.toFixed(0)} tokens a second`;
}
