import { redaction, redactPatterns } from '../../../src/text/redaction';

const SEED = 'SUAOCDEDKN4SCTFT4ZZ5VYZBU4TAS4L2H7ASTU4TUVYGHHVTCE5XDWTRFE';
const PUBLIC = 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvcmRlcnMifQ.c2lnbmF0dXJl';
const HASH = '$2a$11$ooo3ySVGQNmvGJSlvJGlnOVhBuEeaEyJUcQSg4qWQdDT6MwsmSOoi';

describe('what is a secret by its form', () => {
  test.each([
    [
      'the login of a URL',
      'dial nats://route:s%33cret@c-1.c-mgmt.n.svc:6222 failed',
      'dial nats://***@c-1.c-mgmt.n.svc:6222 failed',
    ],
    ['a token', `Authorization: Bearer ${JWT}, expired`, 'Authorization: Bearer ***, expired'],
    ['the seed of an nkey', `can not read ${SEED}.`, 'can not read ***.'],
    ['a bcrypt hash', `user a has ${HASH}`, 'user a has ***'],
    ['a private key', 'got\n-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\nhere', 'got\n***\nhere'],
    ['a private key that was cut', 'got -----BEGIN EC PRIVATE KEY-----\nMIGH', 'got ***'],
    ['a field called password, in JSON', '{"password": "s3c\\"ret", "user": "a"}', '{"password": ***, "user": "a"}'],
    [
      "a field called pass, in NATS' own syntax",
      'authorization { user: a, pass: s3cret }',
      'authorization { user: a, pass: *** }',
    ],
  ])('is taken out: %s', (_what, text, clean) => {
    expect(redactPatterns(text)).toBe(clean);
  });

  test.each([
    'nats://c-1.c-mgmt.n.svc:6222 is not there',
    `user ${PUBLIC} is named twice`,
    'nats.conf:3: unknown field "password"',
    'mail to somebody@example.com',
  ])('leaves alone what is none: %s', text => {
    expect(redactPatterns(text)).toBe(text);
  });
});

describe('a secret that is known', () => {
  test.each([
    ['as it is', 's3cret/word', 'no s3cret/word here', 'no *** here'],
    ['as JSON has it', 'tab\tand"quote', String.raw`got "tab\tand\"quote"`, 'got "***"'],
    ['as a URL has it', 'p@ss word', 'host?x=p%40ss%20word', 'host?x=***'],
    [
      'although a pattern could read it otherwise',
      '$a.*(b',
      'variable $a.*(b is not known',
      'variable *** is not known',
    ],
    ['with the space around it that its file has', 'planted\n', 'said planted', 'said ***'],
  ])('is taken out %s', (_how, secret, text, clean) => {
    expect(redaction([secret])(text)).toBe(clean);
  });

  test('goes before a shorter one that is a part of it', () => {
    expect(redaction(['change-me', 'change-me-too'])('change-me-too, change-me')).toBe('***, ***');
  });

  test('that is short is taken out as a word, and leaves other words whole', () => {
    expect(redaction(['a', ''])('a password "a" of a cat')).toBe('*** password "***" of *** cat');
  });
});
