// Images that browsers can read, made small enough for the API.

/** What the API takes: poll/logo.hpp. */
export const bounds = { bytes: 32 * 1024, side: 1024, alternative: 200 } as const;

export interface Picture {
  /** As a data: URL. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

export const types = ["image/png", "image/jpeg", "image/webp"];

export const urlOf = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result as string));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });

// The largest that pages show, on a screen with two pixels for each.
const shownSide = 640;

// WebP, or PNG from browsers that do not write it.
function drawn(bitmap: ImageBitmap, width: number, height: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
}

/**
 * The picture in a file; none if it can't be read. It is drawn again, so that nothing else of the file, such as the place
 * where a photo was taken, gets into the poll, and smaller until it is within the bounds.
 */
export async function pictureIn(file: Blob): Promise<Picture | undefined> {
  if (!types.includes(file.type)) {
    return undefined;
  }
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) {
    return undefined;
  }
  let scale = Math.min(1, shownSide / Math.max(bitmap.width, bitmap.height));
  for (let attempt = 0; attempt < 10; ++attempt) {
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const blob = await drawn(bitmap, width, height);
    if (blob && blob.size <= bounds.bytes) {
      return { url: await urlOf(blob), width, height };
    }
    scale *= 0.75;
  }
  return undefined;
}
