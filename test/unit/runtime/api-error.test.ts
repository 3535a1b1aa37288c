import { ApiError, classifyError } from '../../../src/runtime/api-error';

const answer = (status: number, message = '', retryAfter?: number): ApiError =>
  new ApiError(status, message, '', retryAfter);

describe('an answer of the API server', () => {
  it.each([
    [404, '', 'notFound'],
    [409, '', 'conflict'],
    [400, '', 'rejected'],
    [403, '', 'rejected'],
    [413, 'Request entity too large: limit is 3145728', 'rejected'],
    [422, '', 'rejected'],
    [429, '', 'retryable'],
    [500, 'Internal error occurred: failed calling webhook "a": …', 'retryable'],
    [
      500,
      'failed to create typed patch object (a/b; apps/v1, Kind=StatefulSet): .spec.x: field not declared in schema',
      'rejected',
    ],
    [500, 'etcdserver: request is too large', 'rejected'],
    [503, '', 'retryable'],
  ])('of %d "%s" means %s', (status, message, kind) => {
    expect(classifyError(answer(status, message)).kind).toBe(kind);
  });

  it('that does not know a field of the spec says that the spec is not valid here', () => {
    const verdict = classifyError(answer(500, 'failed to create typed patch object: field not declared in schema'));
    expect(verdict).toMatchObject({ kind: 'rejected', isInvalid: true });
  });

  it('may ask to wait', () => {
    expect(classifyError(answer(429, '', 3))).toEqual({ kind: 'retryable', after: 3_000 });
  });
});
