import { ApiError, classifyError } from '../../../src/runtime/api-error';

const answer = (status: number, message = '', retryAfter?: number): ApiError =>
  new ApiError(status, message, '', retryAfter);

describe('an answer of the API server', () => {
  it.each([
    [404, '', 'gone'],
    [409, '', 'conflict'],
    [400, '', 'refused'],
    [403, '', 'refused'],
    [413, 'Request entity too large: limit is 3145728', 'refused'],
    [422, '', 'refused'],
    [429, '', 'again'],
    [500, 'Internal error occurred: failed calling webhook "a": …', 'again'],
    [
      500,
      'failed to create typed patch object (a/b; apps/v1, Kind=StatefulSet): .spec.x: field not declared in schema',
      'refused',
    ],
    [500, 'etcdserver: request is too large', 'refused'],
    [503, '', 'again'],
  ])('of %d "%s" means %s', (status, message, kind) => {
    expect(classifyError(answer(status, message)).kind).toBe(kind);
  });

  it('that does not know a field of the spec says that the spec is not valid here', () => {
    const verdict = classifyError(answer(500, 'failed to create typed patch object: field not declared in schema'));
    expect(verdict).toMatchObject({ kind: 'refused', isInvalid: true });
  });

  it('may ask to wait', () => {
    expect(classifyError(answer(429, '', 3))).toEqual({ kind: 'again', after: 3_000 });
  });
});
