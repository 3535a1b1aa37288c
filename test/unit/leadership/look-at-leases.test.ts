import { ApiError } from '../../../src/controller/api-error';
import { lookAtLeases } from '../../../src/leadership/look-at-leases';

const errorOf = (status: number): ApiError => new ApiError(status, 'no', 'No', undefined);

const look =
  (errors: Readonly<Record<string, Error>>) =>
  async (place: string): Promise<string> => {
    const error = errors[place];
    return error === undefined ? place : Promise.reject(error);
  };

test('a namespace that may not be seen keeps nobody from the others', async () => {
  expect(await lookAtLeases(['gone', 'here'], look({ gone: errorOf(403) }))).toEqual(['here']);
});

test('one that could not be seen for another reason may have a leader', async () => {
  await expect(lookAtLeases(['busy', 'here'], look({ busy: errorOf(503) }))).rejects.toThrow('no');
});

test('where none may be seen, that is an error', async () => {
  await expect(lookAtLeases(['gone'], look({ gone: errorOf(403) }))).rejects.toThrow('no');
});
