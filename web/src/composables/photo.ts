// Photographs from a phone are larger than what is kept of them: they are made smaller before they are sent.
const LONGEST = 2048
const QUALITY = 0.85

/** The size within which a picture fits, its shape kept. */
export function fitting(width: number, height: number, longest = LONGEST): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/** The file itself where it is small enough, no picture, or cannot be read here; the server says what is wrong with it. */
export async function smaller(file: File, most: number): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= most) return file
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const size = fitting(picture.width, picture.height)
    const canvas = Object.assign(document.createElement('canvas'), size)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, size.width, size.height)
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
    return made && made.size < file.size ? new File([made], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }) : file
  } catch {
    return file
  }
}

const UNITS = ['B', 'KB', 'MB', 'GB']
export function showSize(bytes: number): string {
  let [size, unit] = [bytes, 0]
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`
}
