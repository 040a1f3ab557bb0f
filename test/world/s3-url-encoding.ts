/** How S3 encodes keys where it is asked for `EncodingType: url`. */

/**
 * As Java's URLEncoder does it, but for the slash: a space becomes `+`, and `! ' ( ) ~` are escaped while `*`
 * stands. Source: Amazon S3 API reference, "ListObjectsV2", EncodingType ("test_file%283%29.png").
 */
export const urlEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
