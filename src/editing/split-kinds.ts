/** What a file can be split by. */
export const SPLIT_KINDS = ['silence', 'marker', 'channel', 'track'] as const;

export type SplitKind = (typeof SPLIT_KINDS)[number];
