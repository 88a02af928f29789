/** Questions about the benchmark's packages that their definitions answer; written before any prompt was tuned. */

export interface SampleQuestion {
  package: 'itsdangerous' | 'humanize' | 'semver';
  question: string;
  /** Patterns that the answer must all hold. */
  facts: readonly string[];
}

const ask = (name: SampleQuestion['package'], question: string, ...facts: string[]): SampleQuestion => ({
  package: name,
  question,
  facts,
});

export const sampleQuestions: readonly SampleQuestion[] = [
  ask('itsdangerous', 'Which file holds the class `HMACAlgorithm`?', 'signer\\.py'),
  ask('itsdangerous', 'What does `bytes_to_int` take and what does it return?', 'bytes', 'int'),
  ask('itsdangerous', 'Where is `BadPayload` defined?', 'exc\\.py'),
  ask('itsdangerous', 'Which class is `BadTimeSignature` derived from?', 'BadSignature'),
  ask('itsdangerous', 'What type does `get_timestamp` return?', '\\bint'),
  ask('itsdangerous', 'In which class is the method `derive_key`?', '\\bSigner'),
  ask('itsdangerous', 'Which file defines `URLSafeTimedSerializer`?', 'url_safe\\.py'),
  ask('humanize', 'Which file defines `intcomma`?', 'number\\.py'),
  ask('humanize', 'What is the default precision of `scientific`?', '\\b2\\b|\\btwo\\b'),
  ask('humanize', 'Where does `thousands_separator` live?', 'i18n\\.py'),
  ask('humanize', 'Which parameters does `intword` take?', 'value', 'format'),
  ask('humanize', 'What is the default gender of `ordinal`?', '\\bmale'),
  ask('humanize', 'Where is `precisedelta` defined?', 'time\\.py'),
  ask('humanize', 'What is `Unit` in this project, a function or a class?', '\\bclass'),
  ask('semver', 'Which file holds `coerce`?', 'coerce\\.js'),
  ask('semver', 'Where is `compareIdentifiers` defined?', 'identifiers\\.js'),
  ask('semver', 'Which parameters does `satisfies` take?', 'version', 'range'),
  ask('semver', 'Where can I find `minVersion`?', 'min-version\\.js'),
  ask('semver', 'Which function does `gtr` call?', 'outside'),
  ask('semver', 'In which file is `parseOptions`?', 'parse-options\\.js'),
];
