import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** Words that identifiers begin with, or contain in camel case. */
const words =
  'anew|carryOut|farewell|hopeless|judge|letGo|mend|neighbour|obstacle|sighting|situation|takeOver|tell|told|untold|upkeep|verdict|village|whoever';
const capitalized = words.replace(/(^|\|)[a-z]/g, start => start.toUpperCase());
const outsideTheVocabulary = `^(?:${words})(?![a-z])|(?:${capitalized})(?:s|ed)?(?![a-z])`;

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'generated/', 'coverage/', '**/*.cjs', '**/*.mjs', '.cluster/', '.work/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // In the API's fields an empty string counts as absent, for Go clients always send both.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // The types of Kubernetes objects are classes by name only: here they are always plain JSON.
      '@typescript-eslint/no-misused-spread': 'off',
      eqeqeq: 'error',
      'max-depth': ['error', 3],
    },
  },
  {
    // What others write is matched here: no pattern may take time that grows with more than the length of the text.
    files: ['src/**', 'capabilities/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    // Names use the vocabulary of Kubernetes, controller-runtime and NATS: docs/contributing-language.md.
    files: ['src/**', 'capabilities/**', 'pepr.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: `:matches(Identifier, PrivateIdentifier)[name=/${outsideTheVocabulary}/]`,
          message: 'Use the word of docs/contributing-language.md for this name.',
        },
      ],
    },
  },
  {
    // A rejected promise that nobody handles ends the process, `void` or not: src/runtime/in-background.ts.
    files: ['pepr.ts', 'capabilities/**', 'src/{leader-election,operator,sidecars}/**'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }] },
  },
);
