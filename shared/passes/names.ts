/** Names in the state bucket beside the head and the blobs. */

/** The URLs that are kept warm at the edge, and checked when nothing changed. */
export const SAMPLE_NAME = 'sample.json';
