// The text that has not reached the server is kept in this browser, so that a closed tab or a conflict loses nothing.

export class Kept {
  constructor(key, store = window.localStorage) {
    this.key = `yc-designer:${key}`;
    this.store = store;
  }

  put(text, version) {
    try {
      this.store.setItem(this.key, JSON.stringify({ text, version, at: new Date().toISOString() }));
    } catch {
      // A full or forbidden store only means that there is no second copy.
    }
  }

  /** What was kept: text, the version it was drawn on, and when; null when nothing was. */
  get() {
    try {
      return JSON.parse(this.store.getItem(this.key));
    } catch {
      return null;
    }
  }

  forget() {
    this.store.removeItem(this.key);
  }
}

/** Let the person have a text as a file. */
export function download(text, name, media) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: media }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
