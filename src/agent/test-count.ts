/** What a test runner counts as not passing; each form gives the numbers to add up. */
const forms: readonly RegExp[] = [
  /^FAILED \(.*?\)/m, // unittest
  /\b\d+ (?:failed|errors?)\b(?=.* in [\d.]+ ?s)/g, // pytest
  /^# fail \d+/m, // node --test
  /^\s*\d+ failing\b/m, // mocha
  /^Tests:\s+\d+ failed/m, // jest
  /\b\d+ failed;/m, // cargo
];

/** How many tests a runner's output says did not pass; undefined where it says nothing of the kind. */
export function failedTests(output: string): number | undefined {
  for (const form of forms) {
    const found = form.global ? [...output.matchAll(form)].map(([text]) => text) : form.exec(output);
    const text = found?.join(' ') ?? '';
    const numbers = [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
    if (numbers.length > 0) return numbers.reduce((sum, number) => sum + number, 0);
  }
  return undefined;
}

/**
 * True if a command's output tells of a failure that its exit code hides: `console.assert` of JavaScript prints and
 * goes on.
 */
export function hidesFailure(output: string): boolean {
  return /^(?:# )?Assertion failed\b/m.test(output);
}
