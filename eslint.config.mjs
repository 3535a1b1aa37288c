import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

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
    // A rejected promise that nobody handles ends the process, `void` or not: src/runtime/in-background.ts.
    files: ['pepr.ts', 'capabilities/**', 'src/{leader-election,operator,sidecars}/**'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }] },
  },
);
