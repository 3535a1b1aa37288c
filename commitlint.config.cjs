// Conventional Commits, as CONTRIBUTING.md asks for them.
module.exports = {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'header-max-length': [2, 'always', 72],
    'body-max-line-length': [2, 'always', 110],
  },
};
