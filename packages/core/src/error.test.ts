import { expect, test } from 'vitest';
import { errorCodes, ViewforgeError } from './error.ts';

test('an error says where, what was expected and what came', () => {
  const error = new ViewforgeError('SHAPE', 'onnx-encoder', 'expected items of [3, 224, 224], got [3, 32, 32]');
  expect(error.message).toBe('onnx-encoder: expected items of [3, 224, 224], got [3, 32, 32]');
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.where]).toEqual(['ViewforgeError', 'SHAPE', 'onnx-encoder']);
});

test('what else is known travels along, and nothing is made up', () => {
  const cause = new Error('broken pipe');
  const error = new ViewforgeError('FILE_READ', 'folder', 'expected bytes', { cause, item: 'a.jpg', part: 'image-folder' });
  expect([error.cause, error.item, error.part]).toEqual([cause, 'a.jpg', 'image-folder']);
  const bare = new ViewforgeError('FILE_READ', 'folder', 'expected bytes');
  expect([bare.item, bare.part, 'cause' in bare]).toEqual([undefined, undefined, false]);
});

test('codes are sorted and unique', () => {
  expect([...errorCodes]).toEqual([...new Set(errorCodes)].sort());
});
