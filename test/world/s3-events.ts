/** S3's events as EventBridge delivers them. Source: Amazon S3 user guide, "EventBridge event message structure". */

import { urlEncoded } from './s3-url-encoding.ts';

/** An EventBridge envelope; `time` in ISO 8601, whole seconds. */
export type BridgeEvent = Readonly<{
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: readonly string[];
  detail: Readonly<Record<string, unknown>>;
}>;

export type EventObject = Readonly<{ key: string; size?: number; etag?: string; versionId?: string }>;

/** `reason` is the operation, or "Lifecycle Expiration". */
export type ObjectEvent = Readonly<{ reason: string; object: EventObject }> &
  (
    | Readonly<{ kind: 'created' }>
    | Readonly<{ kind: 'deleted'; deletionType: 'Permanently Deleted' | 'Delete Marker Created' }>
  );

/** What an envelope is made with; `sequence` grows with each write of the bucket. */
export type Stamp = Readonly<{ id: string; at: number; sequence: number; eventKeys: 'raw' | 'encoded' }>;

export const bridgeEvent = (bucket: string, event: ObjectEvent, stamp: Stamp): BridgeEvent => {
  const { key, size, etag, versionId } = event.object;
  return {
    version: '0',
    id: stamp.id,
    'detail-type': event.kind === 'created' ? 'Object Created' : 'Object Deleted',
    source: 'aws.s3',
    account: '123456789012',
    time: new Date(stamp.at).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key: stamp.eventKeys === 'encoded' ? urlEncoded(key) : key,
        ...(size === undefined ? {} : { size }),
        ...(etag === undefined ? {} : { etag }),
        ...(versionId === undefined ? {} : { 'version-id': versionId }),
        sequencer: stamp.sequence.toString(16).toUpperCase().padStart(18, '0'),
      },
      reason: event.reason,
      ...(event.kind === 'deleted' ? { 'deletion-type': event.deletionType } : {}),
    },
  };
};
