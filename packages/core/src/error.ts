/** What can go wrong by the hand of who calls Viewforge; docs/errors.md has a section for each. */
export const errorCodes = [
  'ABORTED',
  'CHECKPOINT',
  'DOMAIN',
  'DUPLICATE',
  'EMPTY',
  'FILE_FORMAT',
  'FILE_MISSING',
  'FILE_READ',
  'FILE_WRITE',
  'IMAGE_DECODE',
  'IMAGE_FORMAT',
  'IMAGE_TOO_LARGE',
  'ITEM',
  'ITEM_BUDGET',
  'LABEL',
  'MISMATCH',
  'MODEL_CORRUPT',
  'MODEL_EXTERNAL',
  'MODEL_INPUT',
  'MODEL_OUTPUT',
  'MODEL_TOO_LARGE',
  'NAME',
  'NOT_FINITE',
  'OPTION',
  'PART',
  'PLAN',
  'PLUGIN',
  'PROVIDER',
  'RECIPE',
  'SHAPE',
  'TRACE',
  'USAGE',
  'VERSION',
  'WORKER',
] as const;

/** One of the closed list of error codes. */
export type ErrorCode = (typeof errorCodes)[number];

/** What else is known about an error: the cause, and the item and part it happened at. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** Id of the item. */
  readonly item?: string;
  /** "plugin/part" or the part's name. */
  readonly part?: string;
}

/** An error that the caller can mend: `where: expected what, got what`, with a code that stays. */
export class ViewforgeError extends Error {
  override readonly name = 'ViewforgeError';
  readonly code: ErrorCode;
  /** The part, file or option at fault. */
  readonly where: string;
  readonly item: string | undefined;
  readonly part: string | undefined;

  constructor(code: ErrorCode, where: string, message: string, details: ErrorDetails = {}) {
    super(`${where}: ${message}`, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.where = where;
    this.item = details.item;
    this.part = details.part;
  }
}
