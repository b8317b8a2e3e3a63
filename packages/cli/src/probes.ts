import { decodeImage, encodeImage } from '@viewforge/image';
import { image } from '@viewforge/tensor';

/** '' when an image goes through encoder and decoder unharmed, otherwise what went wrong. */
export async function probeDecoder(): Promise<string> {
  try {
    const bytes = await encodeImage(image(new Float32Array([0, 1, 0, 1, 0, 1]), 3, 1, 2), { format: 'png' });
    const { shape } = await decodeImage(bytes, 'probe');
    return String(shape) === '3,1,2' ? '' : `gave [${shape}] for an image of [3,1,2]`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
