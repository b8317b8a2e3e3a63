/**
 * What can be wrong with an image file. FILE_MISSING and FILE_READ: there is none, or it cannot be read. IMAGE_FORMAT: it is not an
 * image of a known format. IMAGE_DECODE: it is damaged. IMAGE_TOO_LARGE: it has more pixels than allowed.
 */
export type ImageErrorCode = 'FILE_MISSING' | 'FILE_READ' | 'IMAGE_DECODE' | 'IMAGE_FORMAT' | 'IMAGE_TOO_LARGE';

/** A file that could not become pixels; the message names it, what was expected and what was found. */
export class ImageError extends Error {
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, where: string, message: string, cause?: unknown) {
    super(`${where}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'ImageError';
    this.code = code;
  }
}
