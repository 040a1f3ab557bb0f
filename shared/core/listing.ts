/** What S3's listings say of a bucket's objects. Entity tags stand without their quotes everywhere. */

/** A current object as ListObjectsV2 shows it; `size` in bytes, `lastModified` in ms since 1970, whole seconds. */
export type ListedObject = Readonly<{ key: string; etag: string; size: number; lastModified: number }>;

/** One version as ListObjectVersions shows it. `versionId` is "null" for an object of an unversioned bucket. */
export type ObjectVersion = ListedObject & Readonly<{ versionId: string; isLatest: boolean }>;

/** Such a version or marker is overwritten in place: what it was before is not listed. */
export const hasNoId = ({ versionId }: Readonly<{ versionId: string }>): boolean =>
  versionId === 'null' || versionId === '';

export const sameBytes = (a: Readonly<{ etag: string; size: number }>, b: typeof a): boolean =>
  a.etag === b.etag && a.size === b.size;

export type DeleteMarker = Readonly<{
  key: string;
  versionId: string;
  lastModified: number;
  isLatest: boolean;
}>;

/** Keys in UTF-8 byte order; `next` goes into the following call, absent on the last page. */
export type ObjectsPage = Readonly<{ objects: readonly ListedObject[]; next?: string }>;

/** Where a listing of versions starts: after `keyMarker` (and, within that key, after `versionIdMarker`). */
export type VersionsCursor = Readonly<{ prefix?: string; keyMarker?: string; versionIdMarker?: string }>;

/**
 * Newest version first within a key. Versions and markers come as two lists: S3's SDK loses their common
 * order, so nothing may depend on it. A key's entries may go on over the next page.
 */
export type VersionsPage = Readonly<{
  versions: readonly ObjectVersion[];
  markers: readonly DeleteMarker[];
  next?: VersionsCursor;
}>;

/** What a viewer gets beside the body, as HeadObject gives it; metadata keys in lower case. */
export type ObjectHeaders = Readonly<{
  contentType?: string;
  cacheControl?: string;
  contentEncoding?: string;
  contentDisposition?: string;
  contentLanguage?: string;
  metadata: Readonly<Record<string, string>>;
}>;
