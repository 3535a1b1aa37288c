/** What has become of an object that is watched. */
export type Phase = 'present' | 'gone';
