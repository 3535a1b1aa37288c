import { TrustedCAs } from '../../../../src/operator/webhook-certificate/trusted-cas';
import { certificatesIn } from '../../../../src/operator/webhook-certificate/webhook-configurations';
import { expire, makeAuthority } from '../../../fixtures/certificates';

const MINUTE = 60_000;

const pemOf = async (name: string): Promise<string> => certificatesIn((await makeAuthority(name)).cert)[0] ?? '';

describe('whom the API server is to trust', () => {
  let own: string;
  let foreign: string;
  let trusted: TrustedCAs;
  const start = Date.now();

  beforeAll(async () => {
    [own, foreign] = [await pemOf('own'), await pemOf('foreign')];
  });

  beforeEach(() => {
    trusted = new TrustedCAs();
  });

  test('is the own CA where none is trusted yet', () => {
    expect(trusted.bundle([own], [], start)).toEqual([own]);
  });

  test('is what another replica has put there as well, for ten minutes, and one’s own first', () => {
    expect(trusted.bundle([own], [foreign], start)).toEqual([own, foreign]);
    expect(trusted.bundle([own], [own, foreign], start + 10 * MINUTE - 1)).toEqual([own, foreign]);
    expect(trusted.bundle([own], [own, foreign], start + 10 * MINUTE)).toEqual([own]);
  });

  test('is a restored one, for twice as long each time', () => {
    trusted.bundle([own], [foreign], start);
    expect(trusted.bundle([own], [own, foreign], start + 10 * MINUTE)).toEqual([own]);
    const again = start + 11 * MINUTE;
    expect(trusted.bundle([own], [own, foreign], again)).toEqual([own, foreign]);
    expect(trusted.bundle([own], [own, foreign], again + 20 * MINUTE - 1)).toEqual([own, foreign]);
    expect(trusted.bundle([own], [own, foreign], again + 20 * MINUTE)).toEqual([own]);
  });

  test('is what was one’s own before, for as long', () => {
    trusted.bundle([foreign], [foreign], start);
    expect(trusted.bundle([own], [foreign], start + 60 * MINUTE)).toEqual([own, foreign]);
    expect(trusted.bundle([own], [own, foreign], start + 70 * MINUTE)).toEqual([own]);
  });

  test('excludes expired and unreadable ones', async () => {
    const [ended = ''] = certificatesIn((await expire(await makeAuthority('ended'))).cert);
    expect(trusted.bundle([own], [ended, foreign], start)).toEqual([own, foreign]);
    expect(certificatesIn('-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----')).toEqual([]);
  });

  test('is agreed on by two replicas of two configurations, each of which sees what the other has written', () => {
    const other = new TrustedCAs();
    let stored: readonly string[] = [];
    let writes = 0;
    const look = (replica: TrustedCAs, authority: string, now: number): void => {
      const desired = replica.bundle([authority], stored, now);
      const isSame = desired.length === stored.length && desired.every(each => stored.includes(each));
      if (isSame) return;
      stored = desired;
      writes += 1;
    };
    for (let now = start; now < start + 9 * MINUTE; now += 5_000) {
      look(trusted, own, now);
      look(other, foreign, now + 1);
    }
    expect(new Set(stored)).toEqual(new Set([own, foreign]));
    expect(writes).toBe(2);
  });
});
