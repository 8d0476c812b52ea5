import type { TransferFiles, UploadedPart } from './transfer-ports.ts';

/** Parts of a multipart upload but the last have at least 5 MiB. */
const partBytes = 5 * 1024 * 1024;

/** Where an upload stands: what is not a part yet has to be kept beside it. */
export interface UploadState {
  readonly uploadId: string;
  readonly parts: readonly UploadedPart[];
  readonly pending: string;
}

/** Writes a text as a multipart upload, in the memory of one part. */
export class TextUpload {
  readonly #files: TransferFiles;
  readonly #key: string;
  readonly #uploadId: string;
  readonly #parts: UploadedPart[];
  #pending: string;

  /** Goes on with an upload. */
  constructor(files: TransferFiles, key: string, { uploadId, parts, pending }: UploadState) {
    this.#files = files;
    this.#key = key;
    this.#uploadId = uploadId;
    this.#parts = [...parts];
    this.#pending = pending;
  }

  static async begin(files: TransferFiles, key: string, head = ''): Promise<TextUpload> {
    return new TextUpload(files, key, { uploadId: await files.startUpload(key), parts: [], pending: head });
  }

  get state(): UploadState {
    return { uploadId: this.#uploadId, parts: this.#parts, pending: this.#pending };
  }

  async add(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= partBytes) await this.#upload();
  }

  /** The file is there once this is done; an empty text makes an empty file. */
  async complete(): Promise<void> {
    if (this.#pending !== '' || this.#parts.length === 0) await this.#upload();
    await this.#files.completeUpload(this.#key, this.#uploadId, this.#parts);
  }

  async #upload(): Promise<void> {
    const body = Buffer.from(this.#pending);
    this.#parts.push(await this.#files.uploadPart(this.#key, this.#uploadId, this.#parts.length + 1, body));
    this.#pending = '';
  }
}
