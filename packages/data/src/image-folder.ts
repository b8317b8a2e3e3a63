import { join } from 'node:path';
import { choice, type Collection, defineSource, flag, text, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { collectionOf, readingFields } from './image-collection.ts';
import { labelsOfNames } from './labels-of.ts';
import { listFiles } from './list-files.ts';

/** Endings of the files that are taken, in lower case and without the dot. */
const imageExtensions = ['avif', 'gif', 'jpeg', 'jpg', 'png', 'tif', 'tiff', 'webp'];

/**
 * The image files of a folder, in the order of their ids by code unit; an id is the path below the folder, with '/'. The name
 * of the folder right below the root is the class, when the files lie in such folders; a folder without images is no class.
 * Hidden files and folders are passed over; links are followed. `ready` rejects with ViewforgeError: FILE_MISSING or
 * FILE_READ for the folder, EMPTY when it holds no image, LABEL when only some images lie in class folders, FILE_WRITE for a
 * cache that cannot be written.
 */
export const imageFolder = defineSource({
  name: 'image-folder',
  summary: 'Take the image files of a folder.',
  options: z.object({
    root: text({ doc: 'The folder.' }),
    recursive: flag({ default: true, doc: 'Whether folders inside the folder are searched as well.' }),
    extensions: z
      .array(z.string().min(1))
      .min(1)
      .default([...imageExtensions])
      .describe('Endings of the files to take, without the dot; upper and lower case are the same.')
      .meta({ unit: 'none' }),
    classes: choice(['folders', 'none'], { default: 'folders', doc: 'Whether folders right below the root are classes.' }),
    ...readingFields,
  }),
  async ready({ root, recursive, extensions, classes, ...reading }, running) {
    const endings = extensions.map((extension) => `.${extension.toLowerCase()}`);
    const isTaken = (name: string) => endings.some((ending) => name.toLowerCase().endsWith(ending));
    const ids = (await listFiles(root, { recursive, isTaken }, running)).sort();
    if (ids.length === 0)
      throw new ViewforgeError('EMPTY', root, `expected at least one file ending in ${endings.join(', ')}, got none`);
    const files = ids.map((id) => ({ id, path: join(root, ...id.split('/')) }));
    return await collectionOf(files, reading, classes === 'folders' ? labelsOfFolders(ids, root) : undefined);
  },
});

function labelsOfFolders(ids: readonly string[], root: string): Pick<Collection, 'labels' | 'classes'> | undefined {
  const loose = ids.find((id) => !id.includes('/'));
  if (loose === undefined) return labelsOfNames(ids.map((id) => id.slice(0, id.indexOf('/'))));
  const inFolder = ids.find((id) => id.includes('/'));
  if (inFolder === undefined) return undefined;
  const message = `expected every image in a class folder, or none, got "${loose}" beside "${inFolder}"; set classes to "none" to have no classes`;
  throw new ViewforgeError('LABEL', root, message);
}
