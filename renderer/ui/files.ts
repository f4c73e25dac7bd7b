/** Owns files in and out of the page: choosing one to read, handing one over to be saved. */

import { notUtf8 } from "#shared/format/text.ts";

/** Lets a person choose a text file; null where they change their mind. Rejects with a sentence where it is no UTF-8. */
export function chooseFile(accept: string): Promise<{ name: string; text: string } | null> {
  return new Promise((resolve, reject) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      if (!file) return resolve(null);
      try {
        resolve({ name: file.name, text: textOf(await file.arrayBuffer(), file.name) });
      } catch (error) {
        reject(error as Error);
      }
    });
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

/** The text of a file's bytes; throws a sentence where they are none. */
export function textOf(bytes: ArrayBuffer, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(notUtf8(name));
  }
}

/** Saves a text under a name by the browser's own means. */
export function saveFile(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: fileName.endsWith(".csv") ? "text/csv" : "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
